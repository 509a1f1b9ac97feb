"""Lists that come page by page. A page is a list of its own items; iterating it continues with the pages after it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import msgspec

from cartesia._calls import Pages
from cartesia._exchange import decode_value, validation_error

if TYPE_CHECKING:
    import httpx

T = TypeVar("T")


SHOWN = 3
"""The number of items that `print` shows of a page."""


@dataclass(frozen=True)
class PageInfo:
    """The query parameters of a page."""

    params: dict[str, Any]


class _Page(list[T], Generic[T]):
    """The part of a page that both faces share."""

    def __init__(self, client: Any, request: Pages[T], response: httpx.Response) -> None:
        body = decode_value(response, object)
        # The first version of the protocol answers with the whole list, without a page around it.
        page: dict[str, Any] = body if isinstance(body, dict) else {"data": body, "has_more": False}
        try:
            items = msgspec.convert(page.get("data") or [], list[request.item])  # type: ignore[name-defined]
            self.has_more = msgspec.convert(page.get("has_more"), bool | None)
        except msgspec.ValidationError as error:
            raise validation_error(response, error) from error
        super().__init__(items)
        self._client = client
        self._request = request

    @property
    def data(self) -> list[T]:
        """The items of this page."""
        return self[:]

    items = data  # its name in the second generation

    def has_next_page(self) -> bool:
        """Tell whether there may be items after this page."""
        return len(self) > 0 and self.has_more is not False

    @property
    def has_next(self) -> bool:
        """The result of `has_next_page`, under its name in the second generation."""
        return self.has_next_page()

    def next_page_info(self) -> PageInfo | None:
        """Return the query parameters of the next page; None where there is none."""
        if not self.has_next_page():
            return None
        if "ending_before" in self._request.query:
            return PageInfo({"ending_before": getattr(self[0], "id")})  # noqa: B009 - T has no declared id
        return PageInfo({"starting_after": getattr(self[-1], "id")})  # noqa: B009

    def _next_request(self) -> Pages[T]:
        if (info := self.next_page_info()) is None:
            raise ValueError("there is no next page; check has_next_page() first")
        return replace(self._request, query={**self._request.query, **info.params})

    def __repr__(self) -> str:
        """Show the first items and the number of the others, so that a printed list stays readable."""
        shown = [repr(item) for item in self.data[:SHOWN]]
        if len(self) > SHOWN:
            shown.append(f"... {len(self) - SHOWN} more")
        return f"[{', '.join(shown)}]"


class Page(_Page[T]):
    """A page of a list, of the blocking client."""

    def get_next_page(self) -> Page[T]:
        """Fetch the page after this one; ValueError where there is none."""
        page: Page[T] = self._client._run(self._next_request())
        return page

    next_page = get_next = get_next_page

    def iter_pages(self) -> Iterator[Page[T]]:
        """Iterate over this page and all after it."""
        page = self
        yield page
        while page.has_next_page():
            page = page.get_next_page()
            yield page

    def __iter__(self) -> Iterator[T]:
        for page in self.iter_pages():
            yield from page.data


class AsyncPage(_Page[T]):
    """A page of a list, of the asynchronous client. `for` iterates over its own items, `async for` over all pages."""

    async def get_next_page(self) -> AsyncPage[T]:
        """Fetch the page after this one; ValueError where there is none."""
        page: AsyncPage[T] = await self._client._run(self._next_request())
        return page

    next_page = get_next = get_next_page

    async def iter_pages(self) -> AsyncIterator[AsyncPage[T]]:
        """Iterate over this page and all after it."""
        page = self
        yield page
        while page.has_next_page():
            page = await page.get_next_page()
            yield page

    async def __aiter__(self) -> AsyncIterator[T]:
        async for page in self.iter_pages():
            for item in page.data:
                yield item
