"""What wsloop draws: every column, some of them for more than one question."""

from tokenspice.engine import COUNT, COUNT_MILLIONS, PERCENT, USD, USD_MILLIONS, YParam

__all__ = ["CHARTS", "MORE_CHARTS"]

# TokenSPICE's nine.
CHARTS = [
    YParam(["OCEAN_price"], [], "OCEAN Price", USD, "log"),
    YParam(
        ["overall_valuation", "fundamentals_valuation", "speculation_valuation"],
        ["overall", "fundamentals", "speculation"],
        "Valuation",
        USD_MILLIONS,
        "log",
    ),
    YParam(
        ["dao_total_in_USD/mo", "dao_OCEAN_in_USD/mo", "dao_USD/mo"],
        ["total", "as OCEAN", "as USD"],
        "Monthly OceanDAO Income",
        USD_MILLIONS,
        "log",
    ),
    YParam(
        ["network_rev/yr", "allmkts_cons_sales/yr", "allmkts_tot_sales/yr"],
        ["network revenue", "consume sales of all marketplaces", "consume and swap sales of all marketplaces"],
        "Annual Revenue or Sales",
        USD_MILLIONS,
        "log",
    ),
    YParam(["tot_staked"], [], "Total OCEAN Staked", USD_MILLIONS, "log"),
    YParam(
        ["tot_OCEAN_supply", "tot_OCEAN_minted", "tot_OCEAN_burned"],
        ["supply", "minted", "burned"],
        "OCEAN Token Count",
        COUNT_MILLIONS,
        "both",
    ),
    YParam(
        ["OCEAN_minted/mo", "OCEAN_burned/mo"],
        ["minted", "burned"],
        "Monthly # OCEAN Minted & Burned",
        COUNT_MILLIONS,
        "both",
    ),
    YParam(
        ["rnd_to_cons_sales_ratio", "mkts_annual_growth_rate"],
        ["R&D to network revenue", "annual growth of marketplaces"],
        "R&D/Sales Ratio and Marketplaces' Growth",
        PERCENT,
        "both",
    ),
    YParam(["RND/mo"], [], "Monthly R&D Spend", USD_MILLIONS, "both"),
]

# The columns that these leave out.
MORE_CHARTS = [
    YParam(["Num_mkts"], [], "Marketplaces", COUNT),
    YParam(
        ["onemkt_cons_sales/mo", "onemkt_cons_sales/yr"],
        ["in a month", "in a year"],
        "Consume Sales of One Marketplace",
        USD_MILLIONS,
        "log",
    ),
    YParam(
        ["network_rev/mo", "allmkts_cons_sales/mo", "allmkts_tot_sales/mo"],
        ["network revenue", "consume sales of all marketplaces", "consume and swap sales of all marketplaces"],
        "Monthly Revenue or Sales",
        USD_MILLIONS,
        "log",
    ),
    YParam(["allmkts_tot_sales/day"], [], "Daily Sales", USD_MILLIONS, "log"),
    YParam(
        ["network_rev_growth/mo", "network_rev_growth/yr"],
        ["against the month before", "against the year before"],
        "Growth of Network Revenue",
        PERCENT,
        "log",
    ),
    YParam(
        ["OCEAN_minted_USD/mo", "OCEAN_burned_USD/mo"],
        ["minted", "burned"],
        "Monthly Worth of OCEAN Minted & Burned",
        USD_MILLIONS,
        "log",
    ),
    YParam(["dao_OCEAN/mo"], [], "Monthly OceanDAO Income in OCEAN", COUNT_MILLIONS),
]
