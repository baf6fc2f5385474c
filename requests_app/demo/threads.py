"""The demonstration's requests, as data: who asked whom what, how long ago, and what came back.

``days_ago`` counts from today; an entry's ``after`` counts days from the request. An answer's ``said`` is
(the authority's word, the requester's word), either of them None. ``until_after``: in so many days from the request
the authority means to answer, where the letter asks for more time.
"""

from dataclasses import dataclass, field

from .files import pdf


@dataclass(frozen=True)
class Reply:
    after: int
    body: str
    files: tuple[tuple[str, str, bytes], ...] = ()
    described_as: str = ""
    said: tuple[str | None, str | None] = (None, None)
    is_automatic: bool = False
    until_after: int | None = None


@dataclass(frozen=True)
class Letter:
    after: int
    body: str
    kind: str = "follow_up"


@dataclass(frozen=True)
class Remark:
    after: int
    author: str
    body: str


@dataclass(frozen=True)
class Asked:
    title: str
    authority: str
    requester: str
    days_ago: int
    body: str
    entries: tuple = ()
    followers: tuple[str, ...] = field(default=())


REQUESTS = (
    Asked(
        "Playground inspections and repairs since 2022",
        "northbridge-city-council",
        "maya",
        19,
        "Please send me, for each playground that the council looks after: the date of every safety inspection since "
        "January 2022, the faults that were found, and the date on which each was repaired.\n\nIf this would cost more "
        "than the limit, please tell me what you could send within it.",
        (
            Reply(
                1,
                "Dear Ms Okafor,\n\nThank you for your request, which we have given the reference NCC/4436. It has "
                "been passed to the parks team.\n\nIf you write to us again, please quote the reference. You can reach "
                "us at foi@northbridge.example or on 01632 960 100."
                "\n\nInformation Governance\nNorthbridge City Council",
                described_as="acknowledgement",
            ),
            Remark(3, "tom", "The parks committee's papers of last March list six playgrounds that were closed."),
        ),
        ("tom", "ines"),
    ),
    Asked(
        "Empty homes by ward",
        "northbridge-city-council",
        "ines",
        28,
        "Please tell me how many homes in each ward were empty for more than six months on 1 April of each of the last "
        "three years, and how many of them the council owns.\n\nA spreadsheet would be best.",
        (),
        ("maya",),
    ),
    Asked(
        "Taxi licence complaints 2024 to 2026",
        "northbridge-city-council",
        "tom",
        36,
        "How many complaints about licensed taxi drivers did the council receive in each month from January 2024 to "
        "June 2026, under which headings, and how many led to a warning, a suspension or a revocation?",
        (
            Reply(
                0,
                "This mailbox is not read at weekends. We have received your e-mail and will reply as soon as we can.",
                is_automatic=True,
            ),
        ),
    ),
    Asked(
        "Damp and mould reports in council homes",
        "harrow-vale-council",
        "maya",
        80,
        "For each of the last four financial years, please send me the number of reports of damp or mould from tenants "
        "of council homes, the number inspected within fourteen days, and the number of homes in which work was done.",
        (
            Reply(
                24,
                "Dear Ms Okafor,\n\nPlease find attached the information that you asked for. Figures for the first "
                "year are incomplete because the reporting system changed in that year.\n\nIf you are unhappy with "
                "this answer you may ask for an internal review within 40 working days.\n\nYours sincerely,\n\n"
                "J. Mensah\nHousing Intelligence\nj.mensah@harrowvale.example\nMobile: 07700 900123",
                (
                    (
                        "Damp and mould reports.csv",
                        "text/csv",
                        b"Year,Reports,Inspected in 14 days,Work done\n2022,1210,640,588\n2023,1544,901,820\n"
                        b"2024,1871,1410,1302\n2025,1690,1512,1277\n",
                    ),
                    (
                        "How we count reports.pdf",
                        "application/pdf",
                        pdf(
                            "How we count reports",
                            [
                                "A report is counted once for each home and visit.",
                                "Repeat calls within a week are one.",
                            ],
                        ),
                    ),
                ),
                "answer",
                ("successful", "successful"),
            ),
            Remark(25, "gwen", "Useful: compare the share inspected in time with Westmere's, which answered in May."),
        ),
        ("tom", "ines", "gwen"),
    ),
    Asked(
        "Cost of agency nurses by month",
        "eastvale-hospitals-nhs-foundation-trust",
        "ines",
        62,
        "Please send me what the trust spent on agency nurses in each month since April 2024, by hospital site, with "
        "the highest hourly rate paid in that month.",
        (
            Reply(
                20,
                "Dear Ines Duarte,\n\nMonthly spending by site is attached. We are withholding the hourly rates under "
                "section 43(2) of the Freedom of Information Act, because publishing them would be likely to harm the "
                "trust's position when it next negotiates.\n\nYours sincerely,\n\nFOI Office",
                (("Agency spending.csv", "text/csv", b"Month,North site,South site\n2024-04,41200,38900\n"),),
                "answer",
                ("partially_successful", "partially_successful"),
            ),
        ),
        ("maya",),
    ),
    Asked(
        "Response times to 999 calls in villages",
        "north-fell-police",
        "gwen",
        95,
        "Please send me the median time from a 999 call to the arrival of an officer, for each village with fewer than "
        "2,000 people, for 2024 and 2025.",
        (
            Reply(
                19,
                "Dear G. Llewellyn,\n\nWe do not hold the information. Arrival times are recorded by beat, and beats "
                "do not follow village boundaries. The times by beat are on our website: "
                "https://northfell-police.example/publications/response-times/by-beat-and-quarter-2024-2025\n\n"
                "Disclosure Unit",
                (),
                "answer",
                ("not_held", "not_held"),
            ),
        ),
    ),
    Asked(
        "Minutes of the bus gate working group",
        "eastvale-county-council",
        "amir",
        55,
        "Please send me the minutes of every meeting of the working group that designed the High Street bus gate, and "
        "any legal advice that it was shown.",
        (
            Reply(
                17,
                "Dear A. Rahman,\n\nThe minutes are attached. Legal advice is exempt under section 42, and we have "
                "decided that the public interest favours withholding it.\n\nYours sincerely,\n\nCorporate Information",
                (
                    (
                        "Minutes 2025.pdf",
                        "application/pdf",
                        pdf("Bus gate working group", ["12 May 2025", "9 June 2025"]),
                    ),
                ),
                "answer",
                ("successful", "partially_successful"),
            ),
            Letter(
                20,
                "Dear Eastvale County Council,\n\nThank you for the minutes. Those of the meeting on 7 July are "
                "missing, though the June minutes say that it would take place. Please send them, or tell me that it "
                "was not held.\n\nYours faithfully,\n\nA. Rahman",
            ),
        ),
    ),
    Asked(
        "Sewage spills into the Lowland rivers",
        "lowland-rivers-authority",
        "tom",
        50,
        "Please send me the date, place and length of each spill reported to you since January 2025, and what action "
        "followed each.",
        (
            Reply(
                12,
                "Dear Tom Price,\n\nYour request covers 4,100 reports. So that we can find what you need, could you "
                "tell us which rivers you are interested in?\n\nEnquiries Team",
                described_as="clarification",
            ),
        ),
    ),
    Asked(
        "School meals: suppliers and complaints",
        "kingsford-academy-trust",
        "gwen",
        40,
        "Who supplies school meals in each of the trust's schools, until when do the contracts run, and how many "
        "complaints about meals did each school record last year?",
    ),
    Asked(
        "Storm overflow monitors at Porthwyn beach",
        "greatwater-utilities",
        "amir",
        14,
        "Please send me the readings of the overflow monitors nearest to Porthwyn beach for this bathing season.",
    ),
    Asked(
        "Ferry cancellations last winter",
        "scottish-islands-ferry-board",
        "gwen",
        16,
        "How many sailings on each route were cancelled between November and March, and for what recorded reasons?",
    ),
    Asked(
        "Mooring fees since 2020",
        "royal-harbour-of-porthwyn",
        "amir",
        33,
        "What was the yearly fee for a ten-metre mooring in each year since 2020, and how many berths were let?",
    ),
    Asked(
        "Waiting times for driving tests by centre",
        "driving-examinations-agency",
        "maya",
        31,
        "Please send me the average wait for a practical test at each centre in each month of this year.",
        (
            Reply(
                26,
                "Dear Ms Okafor,\n\nWe publish waiting times every quarter and enclose the latest table.\n\n"
                "-----Original Message-----\nFrom: Maya Okafor\nSubject: Waiting times for driving tests by centre\n\n"
                "> Please send me the average wait for a practical test at each centre in each month of this year.\n",
                (("Waiting times Q3.csv", "text/csv", b"Centre,Weeks\nNorthbridge,14\nWestmere,21\n"),),
            ),
        ),
    ),
    Asked(
        "Fire door checks in tower blocks",
        "eastvale-fire-and-rescue-service",
        "ines",
        47,
        "Please send me the date of the last fire door check in each residential tower block in the county, and "
        "whether the doors passed.",
    ),
)

IMPORTED = {
    "title": "Closure of the Millgate footbridge",
    "source_url": "https://letters-of-old.example/request/footbridge",
    "source_id": "demo-footbridge",
    "followers": 1,
    "authority": {"name": "Eastvale County Council", "request_email": "foi@eastvale.example", "regime": "foia"},
    "requester": {
        "name": "Peregrine V",
        "email": "peregrine.v@people.example",
        "suspended_because": "This account was used to send the same letter many times.",
    },
    "outcome": "successful",
    "entries": [
        {
            "kind": "request",
            "at": "2011-06-16T10:12:00+01:00",
            "body": "Dear Eastvale County Council,\n\nWhy was the footbridge at Millgate closed in April, what did the "
            "engineer's report say, and when will it open again? Please send the report itself.\n\n"
            "Yours faithfully,\n\nPeregrine V",
        },
        {
            "kind": "annotation",
            "at": "2011-06-16T12:30:00+01:00",
            "body": "The notice on the bridge gives no reason at all, only a date.",
            "author": {"name": "Peregrine V", "email": "peregrine.v@people.example"},
        },
        {
            "kind": "response",
            "at": "2011-06-28T15:02:00+01:00",
            "body": "Dear Mr V,\n\nThank you for your letter, which has the reference 2011/188. You should hear from "
            "us within 20 working days.\n\nCustomer Desk\nTel: 01632 960 200\n\n-----Original Message-----\n"
            "> Dear Eastvale County Council,\n>\n> Why was the footbridge at Millgate closed in April, what did the\n"
            "> engineer's report say, and when will it open again?\n",
        },
        {
            "kind": "response",
            "at": "2011-07-04T11:40:00+01:00",
            "body": "Dear Mr V,\n\nThe bridge was closed because two of its bearings had moved. The engineer's report "
            "is here: [1]http://www.eastvale.example/transport/structures/millgate-footbridge-bearings-2011.pdf\n\n"
            "Work begins in September.\n\nYours sincerely,\n\nLouisa Barker\nStructures\n"
            "l.barker@eastvale.example\n\nReferences\n\nVisible links\n"
            "1. http://www.eastvale.example/transport/structures/millgate-footbridge-bearings-2011.pdf\n",
        },
        {
            "kind": "follow_up",
            "at": "2011-07-04T19:05:00+01:00",
            "body": "Dear Eastvale County Council,\n\nThank you. Will a temporary crossing be put up until then?\n\n"
            "Yours faithfully,\n\nPeregrine V",
        },
        {
            "kind": "response",
            "at": "2011-07-13T09:20:00+01:00",
            "body": "Dear Mr V,\n\nNo. A temporary bridge would cost more than the repair, and the ford is 300 metres "
            "upstream.\n\nYours sincerely,\n\nLouisa Barker\nStructures\nl.barker@eastvale.example\n",
        },
    ],
}
