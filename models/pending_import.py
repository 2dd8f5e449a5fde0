"""A file that was handed in and looked through, until somebody says that it holds (X1)."""

from uuid import UUID

from sqlmodel import Field

from models.base import TeamRow


class PendingImport(TeamRow, table=True):
    """``content`` is the file as it came; ``seen_sha256`` what was shown of its changes before somebody said yes.

    One a person and team; gone once it holds, was given up, or a day has passed.
    """

    __tablename__ = "pending_import"

    user_id: UUID = Field(foreign_key="user_account.id", ondelete="CASCADE", index=True)
    file_name: str
    content: bytes
    seen_sha256: str
