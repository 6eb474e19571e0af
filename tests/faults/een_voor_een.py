"""One publish per netwerk at an address, as a process of its own: prints as JSON how each ended.

SSL_CERT_FILE=ca.pem python -m tests.faults.een_voor_een https://127.0.0.1:8443
"""

import asyncio
import json
import sys

from hub.content import NeedsAttention, NotNow, Refused, Unknown
from tests.faults.test_kanaal_storingen import ZAKEN, uitkomst


async def main(basis: str) -> dict[str, str]:
    """The name of the error per netwerk, empty where there was none."""
    found = {}
    for netwerk, zaak in ZAKEN.items():
        error = await uitkomst(zaak, basis)
        kinds = [kind.__name__ for kind in (NotNow, Refused, Unknown, NeedsAttention) if isinstance(error, kind)]
        found[netwerk] = kinds[0] if kinds else ""
    return found


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asyncio.run(main(sys.argv[1]))))
