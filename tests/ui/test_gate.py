"""Page scripts take turns, however they end."""

import threading
import time

import pytest

from comparator.ui import gate


def test_scripts_run_one_after_the_other_and_those_that_wait_are_counted():
    inside, most, waited = [], [], []
    first_is_in, go = threading.Event(), threading.Event()

    def script(first):
        with gate.one_at_a_time():
            inside.append(1)
            most.append(len(inside))
            if first:
                first_is_in.set()
                go.wait(5)
            inside.pop()

    threads = [threading.Thread(target=script, args=(place == 0,)) for place in range(5)]
    threads[0].start()
    first_is_in.wait(5)
    for thread in threads[1:]:
        thread.start()
    while gate.waiting() < 4:
        time.sleep(0.001)
    waited.append(gate.waiting())
    go.set()
    for thread in threads:
        thread.join(5)
    assert most == [1] * 5
    assert waited == [4]
    assert gate.waiting() == 0


def test_a_script_that_fails_or_is_stopped_gives_its_turn_back():
    for error in (ValueError, SystemExit):
        with pytest.raises(error), gate.one_at_a_time():
            raise error
    with gate.one_at_a_time():
        pass


def test_a_script_that_hangs_does_not_hold_up_the_others_for_ever(monkeypatch):
    monkeypatch.setattr(gate, "MOST_SECONDS", 0.01)
    done = []
    with gate.one_at_a_time():
        other = threading.Thread(target=lambda: done.append(_enter()))
        other.start()
        other.join(5)
        assert done == [True]
    assert gate.waiting() == 0
    # The one that went on without a turn has not given back one that was not its own.
    assert gate._turn.acquire(blocking=False)
    assert not gate._turn.acquire(blocking=False)
    gate._turn.release()


def _enter():
    with gate.one_at_a_time():
        return True
