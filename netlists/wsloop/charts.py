"""What wsloop draws: every column, some of them for more than one question."""

from tokenspice.engine import COUNT_MILLIONS, PERCENT, USD, USD_MILLIONS, lines

__all__ = ["ANSWER", "CHARTS", "MORE_CHARTS"]

ANSWER = lines(
    "Work paid for, and the network's revenue",
    USD_MILLIONS,
    "log",
    **{"RND/mo": "work paid for, in a month", "network_rev/mo": "network revenue, in a month"},
).shown(about="The loop closes when revenue alone pays for the work: where the lines meet.")

# TokenSPICE's nine.
CHARTS = [
    lines("OCEAN Price", USD, "log", OCEAN_price=""),
    lines(
        "Valuation",
        USD_MILLIONS,
        "log",
        overall_valuation="overall",
        fundamentals_valuation="fundamentals",
        speculation_valuation="speculation",
    ),
    lines(
        "Monthly OceanDAO Income",
        USD_MILLIONS,
        "log",
        **{"dao_total_in_USD/mo": "total", "dao_OCEAN_in_USD/mo": "as OCEAN", "dao_USD/mo": "as USD"},
    ),
    lines(
        "Annual Revenue or Sales",
        USD_MILLIONS,
        "log",
        **{
            "network_rev/yr": "network revenue",
            "allmkts_cons_sales/yr": "consume sales of all marketplaces",
            "allmkts_tot_sales/yr": "consume and swap sales of all marketplaces",
        },
    ),
    lines("Total OCEAN Staked", USD_MILLIONS, "log", tot_staked=""),
    lines(
        "OCEAN Token Count",
        COUNT_MILLIONS,
        "both",
        tot_OCEAN_supply="supply",
        tot_OCEAN_minted="minted",
        tot_OCEAN_burned="burned",
    ),
    lines(
        "Monthly # OCEAN Minted & Burned",
        COUNT_MILLIONS,
        "both",
        **{"OCEAN_minted/mo": "minted", "OCEAN_burned/mo": "burned"},
    ),
    lines(
        "R&D/Sales Ratio and Marketplaces' Growth",
        PERCENT,
        "both",
        rnd_to_cons_sales_ratio="R&D to network revenue",
        mkts_annual_growth_rate="annual growth of marketplaces",
    ),
    lines("Monthly R&D Spend", USD_MILLIONS, "both", **{"RND/mo": ""}),
]

# The columns that these leave out.
MORE_CHARTS = [
    lines("Marketplaces", "number", Num_mkts=""),
    lines(
        "Consume Sales of One Marketplace",
        USD_MILLIONS,
        "log",
        **{"onemkt_cons_sales/mo": "in a month", "onemkt_cons_sales/yr": "in a year"},
    ),
    lines(
        "Monthly Revenue or Sales",
        USD_MILLIONS,
        "log",
        **{
            "network_rev/mo": "network revenue",
            "allmkts_cons_sales/mo": "consume sales of all marketplaces",
            "allmkts_tot_sales/mo": "consume and swap sales of all marketplaces",
        },
    ),
    lines("Daily Sales", USD_MILLIONS, "log", **{"allmkts_tot_sales/day": ""}),
    lines(
        "Growth of Network Revenue",
        PERCENT,
        "log",
        **{"network_rev_growth/mo": "against the month before", "network_rev_growth/yr": "against the year before"},
    ).shown(about="The first months grow vastly, because next to nothing went before."),
    lines(
        "Monthly Worth of OCEAN Minted & Burned",
        USD_MILLIONS,
        "log",
        **{"OCEAN_minted_USD/mo": "minted", "OCEAN_burned_USD/mo": "burned"},
    ),
    lines("Monthly OceanDAO Income in OCEAN", COUNT_MILLIONS, **{"dao_OCEAN/mo": ""}),
]
