"""What a kept store notes of its changes between two writings."""

from __future__ import annotations

from mockserver.domain.callback.delivery import Delivery
from mockserver.stores.kept import Touched
from tests.unit.stores.test_state_file import task


def delivery(name: str, number: int) -> Delivery:
    return Delivery(name, f"task_{number}", "kie", "finished", "http://h", 0, 0)


def test_a_task_that_came_and_went_leaves_nothing_not_even_its_callbacks() -> None:
    touched = Touched(since=3)
    touched.tasks[4], touched.deliveries["d4"] = task(4), delivery("d4", 4)
    touched.tasks[5], touched.deliveries["d5"] = task(5), delivery("d5", 5)
    touched.drop(task(4), ("d4",))
    assert (touched.tasks, touched.deliveries) == ({5: task(5)}, {"d5": delivery("d5", 5)})


def test_a_task_that_was_written_is_noted_as_gone_with_its_callbacks() -> None:
    touched = Touched(since=3)
    touched.drop(task(2), ("d2", "e2"))
    assert (touched.tasks, touched.deliveries) == ({2: None}, {"d2": None, "e2": None})
