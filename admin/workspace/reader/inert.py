"""A program of Textual from which nothing reaches beyond this terminal, and whose mistakes are told without
what they were about.
"""

from __future__ import annotations

from rich.console import RenderableType
from textual.app import App
from textual.drivers.linux_driver import LinuxDriver


class Inert(App[str], inherit_bindings=False):
    """`bug` is the first mistake of ours; whoever runs the program says where it was."""

    ENABLE_COMMAND_PALETTE = False
    ALLOW_SELECT = False
    AUTO_FOCUS = None

    def __init__(self) -> None:
        super().__init__(driver_class=LinuxDriver, watch_css=False, ansi_color=True)
        self.bug: BaseException | None = None

    def copy_to_clipboard(self, text: str) -> None:
        """Never."""

    def open_url(self, url: str, *, new_tab: bool = True) -> None:
        """Never."""

    def save_screenshot(
        self, filename: str | None = None, path: str | None = None, time_format: str | None = None
    ) -> str:
        """Never."""
        return ""

    def panic(self, *renderables: RenderableType) -> None:
        self._close_messages_no_wait()

    def _handle_exception(self, error: Exception) -> None:
        self.bug = self.bug or error
        super()._handle_exception(error)

    def _fatal_error(self) -> None:
        self._close_messages_no_wait()
