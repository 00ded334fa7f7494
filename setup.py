"""What setup.cfg and pyproject.toml cannot say: a wheel that is to be published has its compiled cores."""

import os
import sys
from pathlib import Path

from setuptools import setup
from setuptools.command.bdist_wheel import bdist_wheel

CORES = ("web3engine", "markets/pools")


class WholeWheel(bdist_wheel):
    """Refuses a wheel without its cores, if the environment has TOKENSPICE_REQUIRE_CORE.

    They are optional at installation, where no Rust toolchain may be; a wheel from an index is for those who have none.
    """

    def run(self) -> None:
        if os.environ.get("TOKENSPICE_REQUIRE_CORE"):
            self.run_command("build")
            built = Path(self.get_finalized_command("build").build_lib) / "tokenspice"
            missing = [
                name for name in CORES if not [*(built / name).glob("_core*.so"), *(built / name).glob("_core*.pyd")]
            ]
            if missing:
                sys.exit(
                    f"setup.py: TOKENSPICE_REQUIRE_CORE is set, and the cores of {', '.join(missing)} were not built."
                )
        super().run()


setup(cmdclass={"bdist_wheel": WholeWheel})
