"""How long a node may take to answer, and how often it is asked again."""

from dataclasses import dataclass

__all__ = ["FAR", "NODE", "ONCE", "Patience"]


@dataclass(frozen=True)
class Patience:
    """Bounds on one request and on its retries.

    Attributes:
        connect_s: seconds to connect.
        piece_s: seconds between two pieces of an answer.
        answer_s: seconds for the whole answer.
        most_bytes: of an answer.
        waits_s: seconds to wait before each retry.
        first_waits_s: the same while nothing has ever come from there: the URL may be wrong.
        most_waiting_s: seconds of waiting in all, the node's own wishes included.
        most_asking_s: seconds after which nothing is asked again.
    """

    connect_s: float
    piece_s: float
    answer_s: float
    most_bytes: int
    waits_s: tuple[float, ...] = (0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8)
    first_waits_s: tuple[float, ...] = (0.1, 0.2, 0.4, 0.8)
    most_waiting_s: float = 30.0
    most_asking_s: float = 90.0

    def next_wait(
        self, n_retries: int, waited: float, asked: float, wish: float, has_answered: bool = True
    ) -> float | None:
        """Return how many seconds to wait before the next retry; None for no retry.

        Args:
            n_retries: made so far.
            waited: seconds waited so far.
            asked: seconds since the first attempt.
            wish: seconds for which the node wants to be left alone.
            has_answered: whether anything ever came from there.
        """
        waits = self.waits_s if has_answered else self.first_waits_s
        if n_retries >= len(waits):
            return None
        wait = max(waits[n_retries], wish)
        return wait if waited + wait <= self.most_waiting_s and asked + wait <= self.most_asking_s else None


# A live chain's node, far away: it is asked for little at a time.
FAR = Patience(connect_s=5, piece_s=15, answer_s=20, most_bytes=1 << 22)

# A development node. An answer takes long only when a transaction does; a dead node refuses at once. Two attempts at a
# node that hangs take less than the minute that a tick may take, so that the error names what was asked.
NODE = Patience(connect_s=2, piece_s=25, answer_s=50, most_bytes=1 << 25, most_asking_s=40)

# The same, for who only wants to know whether somebody is there.
ONCE = Patience(connect_s=2, piece_s=5, answer_s=5, most_bytes=1 << 20, waits_s=(), first_waits_s=())
