"""Lists that come page by page, under the names of the published clients."""

from cartesia._pages import AsyncPage, Page, PageInfo

SyncCursorIDPage = Page
AsyncCursorIDPage = AsyncPage

__all__ = ["AsyncCursorIDPage", "AsyncPage", "Page", "PageInfo", "SyncCursorIDPage"]
