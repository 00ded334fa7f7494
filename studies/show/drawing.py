"""A schematic, laid out and drawn by Graphviz."""

import html
import os
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import matplotlib
import pygraphviz

from engine.errors import RunError
from studies.show.schematic import OUTSIDE, Edge, Node, Schematic, Sum

__all__ = ["draw"]
