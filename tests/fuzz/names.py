"""The targets' names, known without importing what they fuzz."""

NAMES = (
    "html", "unnamed", "plain", "markdown", "pdf", "feed", "feedparser", "charset", "body", "address",
    "headers", "dates", "robots", "clean", "mail", "sentences", "reading", "detect", "comparison", "opml",
    "catalogue", "config", "api",
)  # fmt: skip
