"""Downloads against a server of our own that misbehaves: the old file stays, whatever happens."""

import ast
import gzip
import hashlib
import subprocess
import sys
import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import yaml

from aienergy import cli
from aienergy.contracts.sources import File, Source, Vintage
from aienergy.errors import LedgerError
from aienergy.fetch.command import Meter, fetch, listing, target_of
from aienergy.fetch.transfer import Manner, Pin, download
from tests.checkout import ROOT

DATA = bytes(range(256)) * 800  # more than three chunks
PIN = Pin(hashlib.sha256(DATA).hexdigest(), len(DATA))
HALF = len(DATA) // 2
OLD = b"the file that was there"
PAGE = b"<!DOCTYPE html><html><body>Sorry</body></html>"


class Handler(BaseHTTPRequestHandler):
    """Answers each request by the next function of the server's plan; the last one stays."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        server = self.server
        server.asked.append((self.path, self.headers.get("Range")))
        step = server.plan.pop(0) if len(server.plan) > 1 else server.plan[0]
        step(self)

    def answer(self, status, body=b"", length=None, **headers):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.send_header("Connection", "close")
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = True

    def log_message(self, *_):
        pass


def whole(handler):
    handler.answer(200, DATA)


def half(handler):
    handler.answer(200, DATA[:HALF], length=len(DATA))


def ranged(handler):
    start = int(handler.headers["Range"].removeprefix("bytes=").removesuffix("-"))
    span = f"bytes {start}-{len(DATA) - 1}/{len(DATA)}"
    handler.answer(206, DATA[start:], Content_Range=span)


def stalled(handler):
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(DATA)))
    handler.end_headers()
    handler.wfile.write(DATA[:HALF])
    handler.server.freed.wait(5)
    handler.close_connection = True


def status(code, **headers):
    return lambda handler: handler.answer(code, b"oops", **headers)


def body(content, **headers):
    return lambda handler: handler.answer(200, content, **headers)


def chunked(content):
    def step(handler):
        handler.send_response(200)
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        handler.wfile.write(b"%x\r\n%s\r\n0\r\n\r\n" % (len(content), content))

    return step


def endless(handler):
    """Neither a length nor chunks: only the end of the connection tells."""
    handler.send_response(200)
    handler.end_headers()
    handler.wfile.write(DATA[:HALF])
    handler.close_connection = True


@pytest.fixture
def server(monkeypatch):
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, "*")
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.plan, server.asked, server.freed = [], [], threading.Event()
    server.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server
    server.freed.set()
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def waits():
    return []


@pytest.fixture
def manner(waits):
    return Manner(attempts=3, connect_s=2, silence_s=0.2, most_bytes=1 << 20, sleep=waits.append)


@pytest.fixture
def target(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(OLD)
    return path


def silent(*_):
    pass


def bring(server, target, manner, *plan, pin=PIN):
    server.plan = list(plan)
    return download(f"{server.url}/a.csv", target, pin, manner, silent)


def partial_of(target):
    return target.with_name("a.csv.partial")


@pytest.mark.parametrize("step", [whole, chunked(DATA)], ids=["length", "chunks"])
def test_a_file_as_declared_takes_the_place_of_the_old_one(server, target, manner, waits, step):
    received = bring(server, target, manner, step)

    assert target.read_bytes() == DATA
    assert (received.sha256, received.size_bytes) == (PIN.sha256, PIN.size_bytes)
    assert not partial_of(target).exists()
    assert waits == []


@pytest.mark.parametrize("pin", [PIN, None], ids=["pinned", "unpinned"])
def test_an_encoded_answer_is_decoded_before_it_is_judged(server, target, manner, pin):
    step = body(gzip.compress(DATA), Content_Encoding="gzip")
    received = bring(server, target, manner, step, pin=pin)

    assert target.read_bytes() == DATA
    assert received.sha256 == PIN.sha256


@pytest.mark.parametrize(
    ("plan", "ranges", "waited"),
    [
        ([status(500), whole], [None, None], [1]),
        ([status(500), status(503), whole], [None, None, None], [1, 2]),
        ([status(429, Retry_After="7"), whole], [None, None], [7]),
        ([status(503, Retry_After="9999"), whole], [None, None], [60]),
        ([half, ranged], [None, f"bytes={HALF}-"], [1]),
        ([half, whole], [None, f"bytes={HALF}-"], [1]),
        ([half, status(416), whole], [None, f"bytes={HALF}-", None], [1, 2]),
        ([stalled, ranged], [None, f"bytes={HALF}-"], [1]),
    ],
    ids=["500", "500-503", "later", "much-later", "resumed", "range-ignored", "416", "stalled"],
)
def test_a_passing_failure_is_tried_again(server, target, manner, waits, plan, ranges, waited):
    bring(server, target, manner, *plan)

    assert target.read_bytes() == DATA
    # what is kept of a broken answer may lack its last bytes
    asked = [kept and "bytes=" for _, kept in server.asked]
    assert asked == [kept and "bytes=" for kept in ranges]
    if plan[-1] is ranged:
        assert 0 < int(server.asked[-1][1][6:-1]) <= HALF
    assert waits == waited


@pytest.mark.parametrize(
    ("plan", "says", "requests", "kept"),
    [
        ([status(500)], "answered 500 Internal Server Error (asked 3 times)", 3, False),
        ([half], "the connection broke or stalled", 3, True),
        ([stalled], "the connection broke or stalled", 3, True),
        ([status(404)], "the server answered 404", 1, False),
        ([status(302, Location="/b.csv")], "more than 5 redirects", 6, False),
        (
            [body(PAGE, Content_Type="text/html")],
            "bytes (text/html), declared are 204800",
            1,
            False,
        ),
        ([chunked(PAGE)], "sends an HTML page", 1, False),
        ([body(DATA[:-1] + b"!")], "has the SHA-256", 1, False),
        ([body(DATA + b"!")], "offers 204801 bytes", 1, False),
        ([chunked(DATA + b"!")], "sends more than 204800 bytes", 1, False),
        ([chunked(DATA[:-1])], "ended after 204799 of 204800 bytes", 3, True),
    ],
)
def test_whatever_fails_the_old_file_stays(server, target, manner, plan, says, requests, kept):
    with pytest.raises(LedgerError) as refused:
        bring(server, target, manner, *plan)

    assert says in str(refused.value)
    assert target.read_bytes() == OLD
    assert len(server.asked) == requests
    assert partial_of(target).exists() == kept


def test_a_later_run_goes_on_where_the_last_one_stopped(server, target, manner):
    partial_of(target).write_bytes(DATA[:HALF])
    bring(server, target, manner, ranged)

    assert target.read_bytes() == DATA
    assert [kept for _, kept in server.asked] == [f"bytes={HALF}-"]


@pytest.mark.parametrize("left", [b"?" * HALF, b"?" * len(DATA), b"?" * (len(DATA) + 1)])
def test_pieces_of_another_file_are_thrown_away(server, target, manner, left):
    partial_of(target).write_bytes(left)
    steps = [ranged, whole] if len(left) < len(DATA) else [whole]
    bring(server, target, manner, *steps)

    assert target.read_bytes() == DATA


def test_another_part_than_asked_for_is_not_appended(server, target, manner):
    partial_of(target).write_bytes(DATA[:HALF])
    other = lambda handler: handler.answer(206, DATA, Content_Range=f"bytes 0-/{len(DATA)}")  # noqa: E731
    bring(server, target, manner, other, whole)

    assert target.read_bytes() == DATA


def test_a_disk_that_refuses_is_told_as_such(server, target, manner):
    partial_of(target).mkdir()
    with pytest.raises(LedgerError, match="Make room, or allow writing"):
        bring(server, target, manner, whole)

    assert target.read_bytes() == OLD


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/a",
        "ftp://example.org/a",
        "file:///etc/passwd",
        "http://127.0.0.1.x.org/",
    ],
)
def test_only_https_is_asked(target, manner, url):
    with pytest.raises(LedgerError, match="is not https"):
        download(url, target, PIN, manner, silent)


@pytest.mark.parametrize("to", ["http://example.org/a", "ftp://127.0.0.1/a", "file:///etc/passwd"])
def test_a_redirect_may_not_leave_https(server, target, manner, to):
    with pytest.raises(LedgerError, match=f"leads to {to}, which is refused"):
        bring(server, target, manner, status(301, Location=to))

    assert len(server.asked) == 1


def test_credentials_of_the_user_are_not_sent(server, target, manner, tmp_path, monkeypatch):
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login me password secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    sent = []

    def step(handler):
        sent.append(handler.headers.get("Authorization"))
        whole(handler)

    bring(server, target, manner, step)
    assert sent == [None]


def test_progress_tells_bytes_and_length(server, target, manner):
    told = []
    server.plan = [whole]
    download(f"{server.url}/a.csv", target, PIN, manner, lambda *now: told.append(now))

    assert told[-1] == ("a.csv", len(DATA), len(DATA))
    assert [size for _, size, _ in told] == sorted({size for _, size, _ in told})


def test_the_meter_is_silent_unless_wanted(capsys):
    Meter(wanted=False)("a.csv", 1, 2)
    assert capsys.readouterr() == ("", "")
    Meter(wanted=True)("a.csv", 1, 2)
    assert capsys.readouterr() == ("", "\ra.csv: 1 bytes, 50 %")


# One source, several editions


@pytest.fixture
def source(server):
    def edition(date, **change):
        file = File("a.csv", f"{server.url}/{date}", PIN.sha256, PIN.size_bytes)
        return Vintage(date, "doe2021", (replace(file, **change),))

    old, new = edition("2026-01-02"), edition("2026-03-04")
    download_now = {"a.csv": f"{server.url}/now/a", "b.csv": f"{server.url}/now/b"}
    return Source(
        "doe2021", "doe2021.yaml", "doe", "https://doe.org/", download_now, "yes", (old, new)
    )


def get(source, date, out, manner):
    fetch({source.key: source}, source.key, date, out, manner, silent)


def test_the_newest_edition_is_laid_out_by_folder_and_day_and_fetched_once(
    server, source, manner, tmp_path, capsys
):
    server.plan = [whole]
    fetch({source.key: source}, "doe", None, tmp_path, manner, silent)  # by its folder
    fetch({source.key: source}, None, None, tmp_path, manner, silent)  # all there are

    assert (tmp_path / "doe/2026-03-04/a.csv").read_bytes() == DATA
    assert [path for path, _ in server.asked] == ["/2026-03-04"]
    assert capsys.readouterr().out.count("there already") == 1


def test_a_spoilt_copy_is_fetched_anew(server, source, manner, tmp_path):
    server.plan = [whole]
    copy = tmp_path / "doe/2026-01-02/a.csv"
    copy.parent.mkdir(parents=True)
    copy.write_bytes(DATA[:-1] + b"!")
    get(source, "2026-01-02", tmp_path, manner)

    assert copy.read_bytes() == DATA


def test_a_failure_names_the_landing_page_and_leaves_the_rest(server, source, manner, tmp_path):
    first, second = (File(n, f"{server.url}/{n}", PIN.sha256, PIN.size_bytes) for n in ("x", "y"))
    source = replace(source, vintages=(Vintage("2026-01-02", "doe2021", (first, second)),))
    server.plan = [status(404), whole]
    with pytest.raises(LedgerError, match=r"/x: the server answered 404[\s\S]*https://doe\.org/"):
        get(source, None, tmp_path, manner)

    assert [path.name for path in (tmp_path / "doe/2026-01-02").iterdir()] == ["y"]


def test_a_file_without_an_address_is_taken_from_a_hand_made_copy(server, source, manner, tmp_path):
    vintage = source.vintages[0]
    source = replace(
        source, vintages=(replace(vintage, files=(replace(vintage.files[0], url=None),)),)
    )
    with pytest.raises(LedgerError, match=f"no lasting address.*[\\s\\S]*{PIN.sha256}"):
        get(source, None, tmp_path, manner)
    copy = tmp_path / "doe/2026-01-02/a.csv"
    copy.parent.mkdir(parents=True)
    copy.write_bytes(DATA)

    get(source, None, tmp_path, manner)
    assert server.asked == []


@pytest.mark.parametrize("name", ["../a.csv", "/etc/passwd", "a/b", "a\\b", "..", "", "a\n"])
def test_no_name_leads_out_of_the_folder(source, tmp_path, name):
    for spoilt in (
        (source, "2026-01-02", name),
        (source, name, "a"),
        (replace(source, folder=name), "x", "a"),
    ):
        with pytest.raises(LedgerError, match="is no bare file name"):
            target_of(tmp_path, *spoilt)


def test_the_present_edition_comes_unpinned_with_a_stanza_that_says_so(
    server, source, manner, tmp_path, capsys
):
    server.plan = [whole, body(b"new")]
    get(source, "latest", tmp_path, manner)
    out = capsys.readouterr().out
    stanza = yaml.safe_load(out.partition(":\n")[2])
    (day,) = [path.name for path in (tmp_path / "doe").iterdir()]

    assert out.startswith("UNPINNED: no hash vouches")
    assert stanza == [
        {
            "date": day,
            "files": [
                {"name": "a.csv", "pinned": False, "sha256": PIN.sha256, "bytes": len(DATA)},
                {
                    "name": "b.csv",
                    "pinned": False,
                    "sha256": hashlib.sha256(b"new").hexdigest(),
                    "bytes": 3,
                },
            ],
        }
    ]
    assert "# as in the edition of 2026-03-04" in out
    assert (tmp_path / "doe" / day / "b.csv").read_bytes() == b"new"


@pytest.mark.parametrize(
    ("step", "says"),
    [
        (body(b"data", Content_Type="text/html; charset=utf-8"), "sends an HTML page"),
        (body(PAGE), "sends an HTML page"),
        (body(DATA, Content_Encoding="br"), "comes encoded as 'br'"),
        (endless, "does not say where the file ends"),
        (body(b"x" * ((1 << 20) + 1)), "sends more than 1048576 bytes"),
        (half, "the connection broke or stalled"),
        (status(403), "the server answered 403"),
    ],
)
def test_of_an_unpinned_edition_all_files_come_or_none(
    server, source, manner, tmp_path, step, says
):
    server.plan = [whole, step]
    with pytest.raises(LedgerError, match=says):
        get(source, "latest", tmp_path, manner)

    assert list((tmp_path / "doe").iterdir()) == []


def test_unknown_bytes_never_replace_a_declared_edition(server, source, manner, tmp_path):
    late = lambda handler: (  # noqa: E731
        handler.send_response_only(200),
        handler.send_header("Date", "Wed, 04 Mar 2026 10:00:00 GMT"),
        handler.send_header("Content-Length", "3"),
        handler.end_headers(),
        handler.wfile.write(b"new"),
    )
    declared = tmp_path / "doe/2026-03-04/a.csv"
    declared.parent.mkdir(parents=True)
    declared.write_bytes(DATA)
    server.plan = [late]
    with pytest.raises(LedgerError, match=r"a\.csv is no longer the one declared for 2026-03-04"):
        get(source, "latest", tmp_path, manner)

    assert declared.read_bytes() == DATA


@pytest.mark.parametrize(
    ("name", "date", "says"),
    [
        ("dough", None, r"no source 'dough'[\s\S]*doe"),
        ("doe", "2026-01-03", r"no edition of '2026-01-03'[\s\S]*2026-01-02, 2026-03-04"),
        (None, "latest", "belongs to one source"),
    ],
)
def test_a_wrong_choice_is_told_with_what_there_is(source, manner, tmp_path, name, date, says):
    with pytest.raises(LedgerError, match=says):
        fetch({source.key: source}, name, date, tmp_path, manner, silent)


def test_the_listing_shows_each_edition(source):
    lines = listing([replace(source, redistributable="check")]).splitlines()

    assert [line.split() for line in lines[1:]] == [
        ["doe2021", "doe", "2026-01-02", "1", "204800", "check"],
        ["doe2021", "doe", "2026-03-04", "1", "204800", "check"],
    ]


def test_the_command_lists_and_refuses_without_asking_anybody(monkeypatch, capsys):
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr("requests.Session.get", lambda *_, **__: pytest.fail("asked the network"))
    monkeypatch.setattr(sys, "argv", ["aienergy", "fetch", "--list"])
    cli.main()
    assert "epoch_models2026" in capsys.readouterr().out
    monkeypatch.setattr(sys, "argv", ["aienergy", "fetch", "epoch_modles"])
    with pytest.raises(SystemExit) as ended:
        cli.main()

    assert ended.value.code == 1
    assert "Hint: Near ones: epoch_models" in capsys.readouterr().err


def test_only_the_command_reaches_for_the_network():
    names = {"requests", "urllib.request", "http.client", "socket", "urllib3", "httpx", "ftplib"}
    users = set()
    for path in (ROOT / "src/aienergy").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            modules = [node.module] if isinstance(node, ast.ImportFrom) else []
            modules += [n.name for n in node.names] if isinstance(node, ast.Import) else []
            if names & set(modules):
                users.add(path.relative_to(ROOT / "src/aienergy").as_posix())
    code = "import sys; import aienergy.cli; print('requests' in sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert users == {"fetch/transfer.py"}
    assert loaded.stdout == "False\n"
