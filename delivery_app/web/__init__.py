"""What every page of the app is built on: routes with permissions, who asks, the frame around a page, errors."""
