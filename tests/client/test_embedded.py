"""Speech with neither key nor base URL: the embedded server."""

import subprocess
import sys
import textwrap

import pytest

SAY = """
import logging
from cartesia import Cartesia
FORMAT = {"container": "raw", "encoding": "pcm_s16le", "sample_rate": 8000}
VOICE = "a0e99841-438c-4a64-b679-ae501e7d6091"
def say(client, text="Hello there."):
    return client.tts.bytes(model_id="sonic", transcript=text, voice_id=VOICE, output_format=FORMAT)
"""


def run(program: str, *, complain: bool = True) -> subprocess.CompletedProcess[str]:
    """Run a program in an interpreter of its own; it has to end by itself and without an error."""
    done = subprocess.run(
        [sys.executable, *(["-W", "error"] if complain else []), "-c", SAY + textwrap.dedent(program)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    for complaint in ("Exception ignored", "ResourceWarning", "Traceback", "Fatal"):
        assert complaint not in done.stderr
    return done


def test_two_clients_share_one_server_and_are_told_once() -> None:
    done = run("""
        first, second = Cartesia(), Cartesia(api_key=None)
        assert first.base_url == second.base_url
        assert len(say(first)) > 8000 and len(say(second)) > 8000
        print(first.base_url)
    """)
    assert done.stderr.count("speaking with the embedded engine") == 1
    assert done.stdout.strip() in done.stderr
    assert done.stdout.startswith("http://127.0.0.1:")


def test_the_warning_is_a_log_record() -> None:
    done = run("""
        records = []
        class Keep(logging.Handler):
            def emit(self, record): records.append((record.name, record.levelname))
        logging.getLogger("cartesia").addHandler(Keep())
        say(Cartesia())
        assert records == [("cartesia", "WARNING")], records
    """)
    assert done.stderr == ""


def test_nothing_starts_before_it_is_needed() -> None:
    run("""
        import sys, threading
        client = Cartesia()
        assert threading.active_count() == 1
        assert "uvicorn" not in sys.modules and "httpx" not in sys.modules
    """)


def test_threads_start_one_server() -> None:
    run("""
        import threading
        from concurrent.futures import ThreadPoolExecutor
        with ThreadPoolExecutor(8) as pool:
            audio = list(pool.map(lambda _: len(say(Cartesia())), range(8)))
        assert max(audio) - min(audio) < 200, audio
        assert [t.name for t in threading.enumerate()].count("ownvoice-embedded-server") == 1
    """)


@pytest.mark.skipif(not hasattr(__import__("os"), "fork"), reason="this system does not fork")
def test_a_forked_child_speaks_by_itself() -> None:
    done = run("""
        import os
        client = Cartesia()
        before = len(say(client))
        child = os.fork()
        here = len(say(client))
        print("child" if child == 0 else "parent", abs(here - before) < 200, client.base_url, flush=True)
        if child == 0:
            os._exit(0)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert abs(len(say(client)) - before) < 200
    """)
    lines = sorted(line.split() for line in done.stdout.splitlines())
    assert [line[:2] for line in lines] == [["child", "True"], ["parent", "True"]]
    assert lines[0][2] != lines[1][2]


def test_multiprocessing() -> None:
    run("""
        import multiprocessing
        if __name__ == "__main__":
            client = Cartesia()
            whole = len(say(client))
            for method in ("fork", "forkserver"):
                if method in multiprocessing.get_all_start_methods():
                    import cartesia
                    with multiprocessing.get_context(method).Pool(1) as pool:
                        audio = pool.apply(eval, ("__import__('cartesia').Cartesia().base_url",))
                        assert audio != client.base_url
    """)


def test_a_program_that_leaves_in_the_middle_of_speech_ends() -> None:
    run("""
        client = Cartesia()
        ws = client.tts.websocket()
        stream = ws.send("sonic", "A long sentence. " * 500, FORMAT, voice_id=VOICE)
        next(stream)
        events = client.tts.generate_sse(model_id="sonic", transcript="More. " * 500, voice=VOICE, output_format=FORMAT)
        next(events)
    """)


def test_a_running_event_loop_may_call_the_blocking_client() -> None:
    """As every cell of a notebook does."""
    run("""
        import asyncio
        async def cell():
            return say(Cartesia())
        assert len(asyncio.run(cell())) > 8000
    """)


def test_an_async_client_lives_through_several_loops() -> None:
    run(
        """
        import asyncio
        from cartesia import AsyncCartesia
        client = AsyncCartesia()
        async def cell():
            voice = client.voices.get(VOICE)
            assert voice["name"] == "Barbershop Man"
            assert (await client.voices.get(VOICE)).id == VOICE
            audio = await client.tts.bytes(model_id="sonic", transcript="Hi.", voice_id=VOICE, output_format=FORMAT)
            assert len(audio) > 1000
        asyncio.run(cell())
        asyncio.run(cell())
        """,
        # It leaves the first loop's connections open, as programs do that never close their client.
        complain=False,
    )


def test_proxies_of_the_environment_are_not_for_this_machine() -> None:
    run("""
        import os
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "all_proxy"):
            os.environ[name] = "http://127.0.0.1:9"
        client = Cartesia(max_retries=0)
        assert len(say(client)) > 8000
        ws = client.tts.websocket()
        assert len(ws.send("sonic", "Hi.", FORMAT, voice_id=VOICE, stream=False)["audio"]) > 1000
        ws.close()
    """)


def test_without_the_server_package_the_error_says_the_ways_out() -> None:
    done = run("""
        import sys
        sys.modules["ownvoice"] = None  # as if it were not installed
        from cartesia import EmbeddedServerError
        try:
            Cartesia().voices.list()
        except EmbeddedServerError as error:
            print(error)
    """)
    for way in ("CARTESIA_API_KEY", "CARTESIA_BASE_URL", 'pip install "ownvoice[server]"'):
        assert way in done.stdout


@pytest.mark.parametrize("missing", ["numpy", "starlette", "uvicorn", "soxr"])
def test_a_part_of_the_server_package_is_missing(missing: str) -> None:
    done = run(f"""
        import sys
        sys.modules["{missing}"] = None
        from cartesia import EmbeddedServerError
        try:
            Cartesia().voices.list()
        except EmbeddedServerError as error:
            print(error)
    """)
    assert f"({missing} is missing or broken)" in done.stdout


@pytest.mark.parametrize("missing", ["hibari", "espeakng_loader"])
def test_one_engine_is_enough(missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OWNVOICE_MODELS")
    run(f"""
        import sys
        sys.modules["{missing}"] = None
        assert len(say(Cartesia())) > 8000
    """)


def test_the_embedded_engine_is_the_best_that_is_installed_unless_the_environment_names_another(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    program = """
        import httpx
        client = Cartesia()
        print(*httpx.get(client.base_url.rstrip("/") + "/v1/capabilities").json()["engines"], len(say(client)) > 8000)
    """
    assert run(program).stdout.split() == ["espeak", "True"]
    monkeypatch.delenv("OWNVOICE_MODELS")
    assert run(program).stdout.split() == ["auto", "True"]
    monkeypatch.setenv("OWNVOICE_PORT", "no number")
    assert (
        "a setting is wrong"
        in run("""
        from cartesia import EmbeddedServerError
        try:
            Cartesia().voices.list()
        except EmbeddedServerError as error:
            print(error)
    """).stdout
    )


def test_no_engine_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OWNVOICE_MODELS")
    done = run("""
        import sys
        sys.modules["hibari"] = sys.modules["espeakng_loader"] = None
        from cartesia import EmbeddedServerError
        try:
            Cartesia().voices.list()
        except EmbeddedServerError as error:
            print(error)
    """)
    assert "(no engine is installed: " in done.stdout


@pytest.mark.skipif(not hasattr(__import__("os"), "fork"), reason="this system does not fork")
def test_a_connection_is_not_shared_with_a_forked_child() -> None:
    done = run("""
        import os
        client = Cartesia(timeout=20)
        ws = client.tts.websocket()
        def length():
            return len(ws.send("sonic", "Hello there.", FORMAT, voice_id=VOICE, stream=False)["audio"])
        before = length()
        child = os.fork()
        print("child" if child == 0 else "parent", abs(length() - before) < 200, flush=True)
        if child == 0:
            os._exit(0)
        os.waitpid(child, 0)
        assert abs(length() - before) < 200
        ws.close()
    """)
    assert sorted(done.stdout.splitlines()) == ["child True", "parent True"]


def test_the_servers_of_the_program_keep_their_loggers() -> None:
    run("""
        import logging
        access = logging.getLogger("uvicorn.access")
        handler = logging.NullHandler()
        access.addHandler(handler)
        access.setLevel(logging.INFO)
        say(Cartesia())
        assert access.handlers == [handler] and access.propagate and access.level == logging.INFO
        assert logging.getLogger("uvicorn.error").level == logging.NOTSET
        record = logging.LogRecord("uvicorn.access", logging.INFO, "", 0, "GET /", (), None)
        assert access.filter(record)
    """)


def test_unread_answers_do_not_hold_their_connections() -> None:
    run("""
        import gc
        gc.disable()  # only what is freed at once counts
        client = Cartesia(timeout=5, max_retries=0)
        long = dict(model_id="sonic", transcript="A sentence. " * 50, voice=VOICE, output_format=FORMAT)
        for _ in range(120):  # more than a pool has connections
            client.tts.generate(**long)
            client.tts.generate_sse(**long)
        for _ in range(3):
            for event in client.tts.generate_sse(**long):
                break
            for piece in client.tts.bytes(**long):
                break
        assert len(say(client)) > 8000
    """)


def test_the_end_of_a_program_in_the_middle_of_an_answer_is_quiet() -> None:
    done = run("""
        logging.getLogger("cartesia").setLevel(logging.ERROR)
        audio = Cartesia().tts.generate(
            model_id="sonic", transcript="A sentence. " * 500, voice=VOICE, output_format=FORMAT
        )
        next(audio)
    """)
    assert done.stderr == ""
