"""The pages for care teams: server-rendered, live by server-sent events, usable without a script."""
