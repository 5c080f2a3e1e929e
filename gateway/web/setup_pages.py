"""Where the set-up begins, and its pages: how the work is set up, and what did not go as it should."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from gateway.staff.permissions import Permission, may
from gateway.web.devices import pages as device_pages
from gateway.web.guard.context import SignedIn
from gateway.web.hubs import pages as hub_pages
from gateway.web.limits import pages as limit_pages
from gateway.web.operations import deliveries_page, quarantine_pages, set_aside_page
from gateway.web.parts.page_frame import PageFrame
from gateway.web.parts.renderer import render
from gateway.web.parts.setup_views import Cell, SetupPage, TableBlock
from gateway.web.patients import accesses_page, enrolment_page, pauses_page
from gateway.web.staff import account_page, member_pages
from gateway.web.staff import pages as staff_pages
from gateway.web.tasks import new_task_page
from gateway.web.teams import pages as team_pages

router = APIRouter(include_in_schema=False)

_PLACES = (
    (
        Permission.ENROL_PATIENTS,
        "/setup/patients/new",
        "Enrol a patient",
        "In a programme, with a care team.",
    ),
    (
        Permission.ASSIGN_SOURCES,
        "/setup/devices",
        "Devices and readings of nobody",
        "Say whose a device is: rules judge nothing before.",
    ),
    (
        Permission.MANAGE_HUBS,
        "/setup/hubs",
        "Hubs",
        "The boxes at patients' homes, and their passwords.",
    ),
    (
        Permission.SEE_OPERATIONS,
        "/setup/quarantine",
        "Quarantine",
        "Messages that could not be used, to be tried again or given up.",
    ),
    (
        Permission.SEE_OPERATIONS,
        "/setup/set-aside",
        "What was set aside",
        "What the gateway could not process. Everything else continues.",
    ),
    (
        Permission.WORK_DELIVERIES,
        "/setup/deliveries",
        "Notifications that did not arrive",
        "E-mails and messages to other programs.",
    ),
    (
        Permission.PLAN_TEAMS,
        "/setup/teams",
        "Hours of care teams",
        "When somebody is there, and who is told when nobody answers.",
    ),
    (
        Permission.MANAGE_STAFF,
        "/setup/staff",
        "Staff and care teams",
        "Accounts, roles, who works where.",
    ),
)


@router.get("/setup")
async def index(staff: SignedIn, frame: PageFrame) -> Response:
    """The pages that are for the role."""
    rows = [
        [Cell(name, about, href=address)]
        for action, address, name, about in _PLACES
        if may(staff.role, action)
    ]
    rows.append([Cell("Your password", "Choose another one.", href="/account")])
    table = TableBlock([""], rows, empty="")
    lead = "Limits and pauses of a patient are set from the patient's page."
    return render(SetupPage(frame("Set-up"), lead, [table], back=("/", "All tasks")))


for each in (
    account_page,
    enrolment_page,
    device_pages,
    hub_pages,
    limit_pages,
    pauses_page,
    accesses_page,
    quarantine_pages,
    set_aside_page,
    deliveries_page,
    staff_pages,
    member_pages,
    team_pages,
    new_task_page,
):
    router.include_router(each.router)
