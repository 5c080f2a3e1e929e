"""The pages on which the work is set up, and those on what did not go as it should."""

from __future__ import annotations

from fastapi import APIRouter

from gateway.web.devices import pages as devices
from gateway.web.hubs import pages as hubs
from gateway.web.limits import pages as limits
from gateway.web.operations import deliveries_page, quarantine_pages, set_aside_page, setup_page
from gateway.web.patients import accesses_page, enrolment_page, pauses_page
from gateway.web.staff import account_page, member_pages
from gateway.web.staff import pages as staff
from gateway.web.tasks import new_task_page
from gateway.web.teams import pages as teams

router = APIRouter()
for each in (
    setup_page,
    account_page,
    enrolment_page,
    devices,
    hubs,
    limits,
    pauses_page,
    accesses_page,
    quarantine_pages,
    set_aside_page,
    deliveries_page,
    staff,
    member_pages,
    teams,
    new_task_page,
):
    router.include_router(each.router)
