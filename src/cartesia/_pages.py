"""Lists that come page by page. A page is a list of its own items; iterating it goes on to the pages after it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import msgspec

from cartesia._rest import Pages, decode_value

if TYPE_CHECKING:
    import httpx

T = TypeVar("T")


class _Page(list[T], Generic[T]):
    """What both faces know of a page."""

    def __init__(self, client: Any, request: Pages[T], response: httpx.Response) -> None:
        body = decode_value(response, object)
        # The first version of the protocol answers with the whole list, without a page around it.
        page: dict[str, Any] = body if isinstance(body, dict) else {"data": body, "has_more": False}
        super().__init__(msgspec.convert(page.get("data") or [], list[request.item]))  # type: ignore[name-defined]
        self.has_more: bool | None = page.get("has_more")
        self._client = client
        self._request = request

    @property
    def data(self) -> list[T]:
        """The items of this page."""
        return self[:]

    def has_next_page(self) -> bool:
        """Whether there may be items after this page."""
        return len(self) > 0 and self.has_more is not False

    def _next_request(self) -> Pages[T]:
        if not self.has_next_page():
            raise ValueError("there is no next page; has_next_page() says so beforehand")
        query = dict(self._request.query)
        if "ending_before" in query:
            query["ending_before"] = getattr(self[0], "id")  # noqa: B009 - T has no declared id
        else:
            query["starting_after"] = getattr(self[-1], "id")  # noqa: B009
        return replace(self._request, query=query)


class Page(_Page[T]):
    """A page of a list, of the blocking client."""

    def get_next_page(self) -> Page[T]:
        """The page after this one; ValueError where there is none."""
        page: Page[T] = self._client._run(self._next_request())
        return page

    def iter_pages(self) -> Iterator[Page[T]]:
        """This page and all after it."""
        page = self
        yield page
        while page.has_next_page():
            page = page.get_next_page()
            yield page

    def __iter__(self) -> Iterator[T]:
        for page in self.iter_pages():
            yield from page.data


class AsyncPage(_Page[T]):
    """A page of a list, of the asynchronous client. `for` gives its own items, `async for` those of all pages."""

    async def get_next_page(self) -> AsyncPage[T]:
        """The page after this one; ValueError where there is none."""
        page: AsyncPage[T] = await self._client._run(self._next_request())
        return page

    async def iter_pages(self) -> AsyncIterator[AsyncPage[T]]:
        """This page and all after it."""
        page = self
        yield page
        while page.has_next_page():
            page = await page.get_next_page()
            yield page

    async def __aiter__(self) -> AsyncIterator[T]:
        async for page in self.iter_pages():
            for item in page.data:
                yield item
