"""More of the demonstration's requests: one at each stage of the clock, under each law."""

from .threads import Asked, Letter, Reply

STAGES = (
    Asked(
        "Beach litter collections since 2023",
        "saltmarsh-district-council",
        "maya",
        40,
        "Please send me the date and the weight of each litter collection on the district's beaches since 2023.",
        (
            Reply(
                12,
                "Dear Ms Okafor,\n\nWe look after eleven beaches and two river banks. Do you mean all of them, or the "
                "bathing beaches only?\n\nCoast Team",
                described_as="clarification",
            ),
            Letter(
                20,
                "Dear Saltmarsh District Council,\n\nThe bathing beaches only, please.\n\nYours faithfully,\n\n"
                "Maya Okafor",
            ),
        ),
    ),
    Asked(
        "Letters about overpaid carers' benefit",
        "benefits-delivery-agency",
        "maya",
        20,
        "Please send me every version of the standard letter about overpaid carers' benefit used since 2020.",
        (
            Reply(
                8,
                "Dear Ms Okafor,\n\nThe older versions are on film and have to be copied. This is a fees notice under "
                "section 9 of the Act: the fee is £14.50. We go on when it is paid.\n\nDisclosure Desk",
                described_as="fees_notice",
            ),
        ),
    ),
    Asked(
        "Advice to ministers on heat pump grants",
        "department-for-household-affairs",
        "maya",
        34,
        "Please send me the submissions to ministers about the level of heat pump grants, from January to June.",
        (
            Reply(
                18,
                "Dear Ms Okafor,\n\nSection 35 may apply, and we need longer to weigh the public interest. We expect "
                "to answer within 40 working days.\n\nInformation Rights",
                described_as="more_time",
                until_after=55,
            ),
        ),
    ),
    Asked(
        "Leaks in the Wexcombe mains",
        "greatwater-utilities",
        "maya",
        34,
        "Please send me the date, street and length in hours of each leak in the mains of Wexcombe since 2018.",
        (
            Reply(
                18,
                "Dear Ms Okafor,\n\nThere are some 9,000 records in three systems. Because the request is large and "
                "complex we extend our time under regulation 7.\n\nEnvironmental Information Officer",
                described_as="more_time",
            ),
        ),
    ),
    Asked(
        "Parking income at the two hospitals",
        "eastvale-hospitals-nhs-foundation-trust",
        "maya",
        75,
        "What did the trust take in car park charges and penalties in each year since 2019, at each hospital?",
        (
            Reply(
                19,
                "Dear Ms Okafor,\n\nThe contractor's figures are confidential, and we withhold them under section "
                "41.\n\nFOI Office",
                (),
                "answer",
                ("refused", "refused"),
            ),
            Letter(
                50,
                "Dear Eastvale Hospitals NHS Foundation Trust,\n\nPlease carry out an internal review. The income is "
                "the trust's own, and was published until 2018.\n\nYours faithfully,\n\nMaya Okafor",
                "internal_review",
            ),
        ),
    ),
    Asked(
        "Cost of the new council chamber seats",
        "westmere-borough-council",
        "maya",
        150,
        "What did the new seats of the council chamber cost, and who supplied them?",
        (
            Reply(
                20,
                "Dear Ms Okafor,\n\nWe refuse this request under section 43(2).\n\nGovernance",
                (),
                "answer",
                ("refused", "refused"),
            ),
            Letter(
                30,
                "Dear Westmere Borough Council,\n\nPlease carry out an internal review: the contract is over.\n\n"
                "Yours faithfully,\n\nMaya Okafor",
                "internal_review",
            ),
        ),
    ),
    Asked(
        "Bin lorries out of service",
        "glen-orrin-council",
        "maya",
        36,
        "On how many days since April was each bin lorry out of service, and why?",
    ),
    Asked(
        "Lead pipes replaced by postcode",
        "orrin-water-limited",
        "maya",
        10,
        "How many lead pipes were replaced in each postcode district in each of the last five years?",
    ),
    Asked(
        "Ambulances held at hospital doors",
        "north-fell-ambulance-service",
        "maya",
        100,
        "For how many hours in each month of last winter did ambulances wait at hospitals to hand patients over?",
    ),
    Asked(
        "Reading books bought for year two",
        "hollybush-primary-school",
        "maya",
        45,
        "Which reading books did the school buy for year two in each of the last three school years?",
    ),
)
