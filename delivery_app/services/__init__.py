"""What the roles do: functions on a session, without HTTP and without a commit."""
