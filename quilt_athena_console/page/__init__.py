"""The page: ``page`` has the frame, and each other module a view or a part of one."""
