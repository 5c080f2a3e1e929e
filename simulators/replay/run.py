"""A replay from its files to its report: enrol, send, wait for the judgement, count."""

from __future__ import annotations

import asyncio
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import UUID

import httpx

from simulators.provisioning import Administrator, ApiError, SignIn, administrator
from simulators.replay.delivery import ReadingReceipt, send
from simulators.replay.enrolment import Enrolled, GatewayAccess, enrol
from simulators.replay.errors import NotReached
from simulators.replay.participants import Participant
from simulators.replay.report import Report, make_report
from simulators.replay.screen import Screen

HUBS_AT_A_TIME = 40
LOOK_EVERY_S = 0.2


async def replay(
    participants: Sequence[Participant], access: GatewayAccess, screen: Screen, patience_s: float
) -> Report:
    """Replay all of them. Raises NotReached, also when there is no news for `patience_s`."""
    with_readings = [participant for participant in participants if participant.log.readings]
    async with _signed_in(access) as admin:
        await _check_broker(access)
        screen.say(f"Enrolling a hub, a meter and a patient for each of {len(with_readings)} logs")
        enrolled = [await enrol(admin, participant, access) for participant in with_readings]
        before = await _tasks(admin, enrolled)
        receipts = await _send_all(enrolled, screen, patience_s)
        screen.say("Waiting until everything is judged")
        await _judged(admin, patience_s)
        after = await _tasks(admin, enrolled)
    raised = Counter(rule_id for task_id, rule_id in after.items() if task_id not in before)
    return make_report(participants, receipts, raised)


@asynccontextmanager
async def _signed_in(access: GatewayAccess) -> AsyncIterator[Administrator]:
    try:
        sign_in = SignIn.read(access.sign_in)
    except OSError as error:
        raise NotReached(f"the sign-in file {access.sign_in} cannot be read: {error.strerror}") from error
    except (KeyError, ValueError) as error:
        raise NotReached(f"{access.sign_in} is no sign-in file: expected user and password") from error
    try:
        async with administrator(access.console, sign_in) as admin:
            yield admin
    except ApiError as error:
        raise NotReached(f"the gateway at {access.console} refused: {error}") from error
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise NotReached(f"the gateway at {access.console} does not answer: {error}") from error


async def _check_broker(access: GatewayAccess) -> None:
    """A hub would wait for a broker that is away; somebody at a terminal wants to know."""
    try:
        _, writer = await asyncio.open_connection(access.broker_host, access.broker_port)
    except OSError as error:
        where = f"{access.broker_host}:{access.broker_port}"
        raise NotReached(f"the broker at {where} does not answer: {error.strerror}") from error
    writer.close()
    await writer.wait_closed()


async def _tasks(admin: Administrator, enrolled: Sequence[Enrolled]) -> Mapping[int, str]:
    """The rule of each task of the patients, by the task's id."""
    tasks = [task for each in enrolled for task in await admin.tasks_of(each.patient_id)]
    return {task.task_id: task.rule_id for task in tasks}


async def _send_all(
    enrolled: Sequence[Enrolled], screen: Screen, patience_s: float
) -> Mapping[UUID, ReadingReceipt]:
    """The fate of each reading, by its id. Raises NotReached when receipts stay away."""
    total = sum(len(each.participant.log.readings) for each in enrolled)
    known: dict[UUID, ReadingReceipt] = {}
    some_hubs = asyncio.Semaphore(HUBS_AT_A_TIME)
    with tempfile.TemporaryDirectory(prefix="hearthbeat-replay-") as folder, screen.receipts(total) as show:
        try:
            async with asyncio.timeout(patience_s) as patience, asyncio.TaskGroup() as group:

                def on_receipts(receipts: Sequence[ReadingReceipt]) -> None:
                    for each in receipts:
                        known.setdefault(each.reading_id, each)  # asked for again, it would be "before"
                    show(len(known))
                    _prolong(patience, patience_s)

                async def send_one(each: Enrolled) -> None:
                    async with some_hubs:
                        participant = each.participant
                        await send(
                            participant.hub,
                            each.broker,
                            participant.log.in_order(),
                            Path(folder),
                            on_receipts,
                        )

                for each in enrolled:
                    group.create_task(send_one(each))
        except TimeoutError:
            raise NotReached(
                f"no receipt for {patience_s:g} s, with {total - len(known)} readings still to be answered: "
                "does `hearthbeat run ingest` run, on this broker?"
            ) from None
    return known


async def _judged(admin: Administrator, patience_s: float) -> None:
    """Wait until nothing is due for judgement. Raises NotReached when nothing is being judged."""
    try:
        async with asyncio.timeout(patience_s) as patience:
            fewest = due = await admin.due()
            while due:
                await asyncio.sleep(LOOK_EVERY_S)
                due = await admin.due()
                if due < fewest:
                    fewest = due
                    _prolong(patience, patience_s)
    except TimeoutError:
        raise NotReached(
            f"nothing was judged for {patience_s:g} s: does `hearthbeat run evaluate` run?"
        ) from None


def _prolong(patience: asyncio.Timeout, seconds: float) -> None:
    if not patience.expired():
        patience.reschedule(asyncio.get_running_loop().time() + seconds)
