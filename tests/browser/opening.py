"""Pages opened in a real browser: nothing but the page may be loaded, and nothing may go wrong."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Dialog,
    Page,
    Request,
    Route,
)


@dataclass
class Readers:
    """Who opens pages: one for each set of preferences, as the browser takes long to add one."""

    browser: Browser
    _known: dict[str, BrowserContext] = field(default_factory=dict)

    def who(self, **preferences: Any) -> BrowserContext:
        """Return the one with these preferences.

        Parameters
        ----------
        **preferences
            As Playwright's ``Browser.new_context`` takes them.
        """
        key = repr(sorted(preferences.items()))
        if key not in self._known:
            reader = self.browser.new_context(service_workers="block", **preferences)
            # A page has a route of its own; what it opens in another window has none.
            reader.route("**/*", lambda route: route.abort())
            # While one page stays open, more take less than half the time.
            reader.new_page()
            self._known[key] = reader
        return self._known[key]


@dataclass
class Opener:
    """Opens pages and watches them.

    Attributes
    ----------
    requests : list of str
        Addresses that pages would have loaded beside their own, had they been let.
    complaints : list of str
        Errors of pages, violations of their security policy, and dialogs among them.
    """

    readers: Readers
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    _pages: list[Page] = field(default_factory=list)

    def __call__(
        self,
        place: Path | str,
        *,
        width: int = 1280,
        height: int = 900,
        dark: bool = False,
        javascript: bool = True,
        **preferences: Any,
    ) -> Page:
        """Open a file, or an address.

        Parameters
        ----------
        place : Path or str
            A file, or an address with or without a fragment.
        width, height : int
            Of the window, in CSS pixels.
        dark : bool
            Whether the reader prefers dark pages.
        javascript : bool
            Whether scripts run.
        **preferences
            More about the reader, as Playwright's ``Browser.new_context`` takes it.
        """
        address = place.resolve().as_uri() if isinstance(place, Path) else place
        page = self.readers.who(java_script_enabled=javascript, **preferences).new_page()
        self._pages.append(page)
        self._watch(page, address.partition("#")[0])
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme="dark" if dark else "light")
        page.goto(address)
        return page

    def close(self) -> None:
        """Close every page."""
        for page in self._pages:
            page.close()
        self._pages.clear()

    def _watch(self, page: Page, own: str) -> None:
        page.route("**/*", lambda route: self._answer(route, own))
        page.on("websocket", lambda socket: self.requests.append(socket.url))
        page.on("popup", lambda popup: self.complaints.append(f"another window: {popup.url}"))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self._note)
        page.on("dialog", self._dismiss)

    def _answer(self, route: Route, own: str) -> None:
        if _is_own(route.request, own):
            route.continue_()
        else:
            self.requests.append(route.request.url)
            route.abort()

    def _note(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def _dismiss(self, dialog: Dialog) -> None:
        self.complaints.append(f"{dialog.type}: {dialog.message}")
        dialog.dismiss()


def _is_own(request: Request, own: str) -> bool:
    address = request.url.partition("#")[0].partition("?")[0]
    return address == own or address.startswith("data:")


def open_details(page: Page) -> None:
    """Open everything on the page that can be opened."""
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
