"""Bring one file here, whole and as declared, or leave everything as it was.

The bytes go to `<name>.partial` beside the target and take its place in one step, after status,
length and hash are found right. Whatever fails before, a file that was there stays.
"""

import hashlib
import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import requests

from aienergy.errors import LedgerError, Problem

PARTIAL = ".partial"
CHUNK_BYTES = 1 << 16
MOST_REDIRECTS = 5
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
# What a server answers when asking once more may help.
PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
_HTML = re.compile(rb"(\xef\xbb\xbf)?\s*<(!doctype\s+html|html\b)", re.IGNORECASE)

Progress = Callable[[str, int, int | None], None]


@dataclass(frozen=True, slots=True)
class Pin:
    """What the bytes must be.

    Attributes:
        sha256: 64 hexadecimal digits.
        size_bytes: Length.
    """

    sha256: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Received:
    """What came.

    Attributes:
        sha256: 64 hexadecimal digits.
        size_bytes: Length.
        day: ISO day on the server's clock, or empty if it told none.
    """

    sha256: str
    size_bytes: int
    day: str


@dataclass(frozen=True, slots=True)
class Manner:
    """How patient a transfer is.

    Attributes:
        attempts: How often the file is asked for.
        first_wait_s: Wait before the second attempt; it doubles each time.
        longest_wait_s: No wait is longer, whatever the server asks for.
        connect_s: Longest wait for a connection.
        silence_s: Longest wait for the next bytes.
        most_bytes: Largest file taken where no size is declared.
        sleep: How to wait.
    """

    attempts: int = 5
    first_wait_s: float = 1.0
    longest_wait_s: float = 60.0
    connect_s: float = 10.0
    silence_s: float = 30.0
    most_bytes: int = 1 << 28
    sleep: Callable[[float], None] = time.sleep


class _RefusedError(Exception):
    """Asking again can't help. The second argument is a hint."""


class _InterruptedError(Exception):
    """Asking again may help. The second argument is the wait (s) that the server asks for."""


def download(
    url: str, target: Path, pin: Pin | None, manner: Manner, progress: Progress
) -> Received:
    """Download one file, in several attempts if need be.

    With a pin, an attempt goes on where the last one stopped, also in a later run. Without one,
    every attempt begins anew, since nothing would tell whether two pieces belong together.

    Args:
        url: https address; http only on this machine itself.
        target: Where the file goes. Its folder exists.
        pin: What the bytes must be, or None for whatever comes.
        manner: Attempts, waits and limits.
        progress: Told the name of the file, the bytes so far, and how many they will be.

    Raises:
        LedgerError: The file did not come, or is not what was declared; the target is as before.
    """
    partial = target.with_name(target.name + PARTIAL)
    told, wait_s = "", 0.0
    with requests.Session() as session:
        session.auth = _no_credentials
        for attempt in range(manner.attempts):
            if attempt:
                manner.sleep(min(manner.longest_wait_s, wait_s))
            try:
                return _attempt(session, url, target, pin, manner, progress)
            except _InterruptedError as error:
                told = str(error.args[0])
                wait_s = max(manner.first_wait_s * 2.0**attempt, *error.args[1:], 0.0)
            except _RefusedError as error:
                partial.unlink(missing_ok=True)
                what, hint = error.args
                raise LedgerError(Problem(url, what, hint)) from error
            except OSError as error:
                hint = f"Make room, or allow writing to {target.parent}."
                raise LedgerError(Problem(str(target), str(error), hint)) from error
    hint = "Try again later; what came stays for the next try."
    raise LedgerError(Problem(url, f"{told} (asked {manner.attempts} times)", hint))


def _no_credentials(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Send none: requests would look into the user's .netrc."""
    return request


def _attempt(
    session: requests.Session,
    url: str,
    target: Path,
    pin: Pin | None,
    manner: Manner,
    progress: Progress,
) -> Received:
    partial = target.with_name(target.name + PARTIAL)
    have = partial.stat().st_size if pin and partial.is_file() else 0
    day = ""
    if pin is None or have != pin.size_bytes:
        if pin and have > pin.size_bytes:
            have = 0
        with _opened(session, url, have, manner) as response:
            have = _checked_start(response, have, partial)
            length = _checked_length(response, have, pin)
            day = _day(response)
            limit = pin.size_bytes if pin else manner.most_bytes
            _write(response, partial, have, length, limit, progress)
    return _settled(partial, target, pin, day, resumed=have > 0)


@contextmanager
def _opened(
    session: requests.Session, url: str, have: int, manner: Manner
) -> Iterator[requests.Response]:
    """Ask for the file, follow redirects that stay on https, and tell failures apart."""
    # An encoded answer would have another length than the file.
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-"} if have else {})
    address, response = url, None
    try:
        for _ in range(MOST_REDIRECTS + 1):
            _check_address(address, url)
            response = session.get(
                address,
                headers=headers,
                stream=True,
                allow_redirects=False,
                timeout=(manner.connect_s, manner.silence_s),
            )
            if not response.is_redirect:
                break
            address = urljoin(address, response.headers["Location"])
            response.close()
        else:
            raise _RefusedError(f"more than {MOST_REDIRECTS} redirects", "Correct the address.")
        yield response
    except requests.exceptions.SSLError as error:
        hint = "Check the clock and the certificates of this machine; nothing was taken."
        raise _RefusedError(f"no trustworthy connection: {error}", hint) from error
    except (
        requests.ConnectionError,
        requests.Timeout,
        requests.exceptions.ChunkedEncodingError,
        requests.exceptions.ContentDecodingError,
    ) as error:
        raise _InterruptedError(f"the connection broke or stalled: {error}") from error
    except requests.RequestException as error:
        raise _RefusedError(f"no request can be made: {error}", "Correct the address.") from error
    finally:
        if response is not None:
            response.close()


def _check_address(address: str, first: str) -> None:
    """Refuse what is not https, and any way from elsewhere to a service of this machine."""
    parts = urlsplit(address)
    at_home = parts.hostname in LOOPBACK and urlsplit(first).hostname in LOOPBACK
    if parts.scheme == "https" and (at_home or parts.hostname not in LOOPBACK):
        return
    if parts.scheme != "http" or not at_home:
        what = "is not https" if address == first else f"leads to {address}, which is refused"
        raise _RefusedError(what, "Give an https address that stays on https.")


def _checked_start(response: requests.Response, have: int, partial: Path) -> int:
    """Return the offset of the bytes that come, or refuse the answer by its status."""
    status = response.status_code
    if status == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE and have:
        partial.unlink(missing_ok=True)
        raise _InterruptedError("the server has nothing beyond what came before")
    if status in PASSING:
        after = response.headers.get("Retry-After", "")
        wait_s = [float(after)] if re.fullmatch(r"\d{1,6}", after) else []
        raise _InterruptedError(f"the server answered {status} {response.reason}", *wait_s)
    if status == HTTPStatus.PARTIAL_CONTENT and have:
        if response.headers.get("Content-Range", "").startswith(f"bytes {have}-"):
            return have
        partial.unlink(missing_ok=True)
        raise _InterruptedError("the server sent another part than it was asked for")
    if status != HTTPStatus.OK:
        hint = "See the landing page of the source for the present address."
        raise _RefusedError(f"the server answered {status} {response.reason}", hint)
    return 0  # it ignored the range: from the beginning


def _checked_length(response: requests.Response, have: int, pin: Pin | None) -> int | None:
    """Return how long the file will be, or None if only its end tells."""
    headers = response.headers
    kind = headers.get("Content-Type", "")
    if pin is None and kind.startswith(("text/html", "application/xhtml")):
        raise _page_error()
    coding = headers.get("Content-Encoding", "identity")
    if coding not in ("identity", "gzip", "deflate"):
        raise _RefusedError(f"comes encoded as '{coding}'", "Download it by hand.")
    told = headers.get("Content-Length", "")
    if pin is None and not told.isdecimal() and headers.get("Transfer-Encoding") != "chunked":
        hint = "Download it by hand, and compare its length with the publisher's."
        raise _RefusedError("the server does not say where the file ends", hint)
    if coding != "identity" or not told.isdecimal():  # a length would be that of the encoded bytes
        return pin.size_bytes if pin else None
    length = have + int(told)
    if pin and length != pin.size_bytes:
        what = f"offers {length} bytes ({kind or 'no type'}), declared are {pin.size_bytes}"
        raise _RefusedError(what, "Another edition or an error page: see the landing page.")
    return length


def _page_error() -> _RefusedError:
    hint = "The address has moved or wants a browser: see the landing page."
    return _RefusedError("sends an HTML page, not data", hint)


def _day(response: requests.Response) -> str:
    try:
        return parsedate_to_datetime(response.headers.get("Date", "")).date().isoformat()
    except ValueError:
        return ""


def _write(
    response: requests.Response,
    partial: Path,
    start: int,
    length: int | None,
    limit: int,
    progress: Progress,
) -> None:
    name, size = partial.name.removesuffix(PARTIAL), start
    with partial.open("ab" if start else "wb") as file:
        for chunk in response.iter_content(CHUNK_BYTES):
            assert isinstance(chunk, bytes)  # text only if asked for
            if not size and _HTML.match(chunk):
                raise _page_error()
            size += len(chunk)
            if size > limit:
                raise _RefusedError(f"sends more than {limit} bytes", "See the landing page.")
            file.write(chunk)
            progress(name, size, length)
    if length is not None and size < length:
        raise _InterruptedError(f"ended after {size} of {length} bytes")


def _settled(partial: Path, target: Path, pin: Pin | None, day: str, *, resumed: bool) -> Received:
    """Compare the hash, and put the file in its place."""
    with partial.open("rb+") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        size = file.tell()
        os.fsync(file.fileno())
    if pin and sha256 != pin.sha256:
        partial.unlink()
        if resumed:
            raise _InterruptedError("the pieces of several tries make no whole")
        what = f"has the SHA-256 {sha256}, declared is {pin.sha256}"
        raise _RefusedError(what, "The bytes are another edition, or were tampered with.")
    partial.replace(target)
    return Received(sha256, size, day)
