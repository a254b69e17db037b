# SPDX-License-Identifier: GPL-3.0-or-later
"""RFC 9112, case by case (tests/support/http_cases.py), at the echo endpoint: each whole, and byte by byte. A body that comes
back as it was sent shows that it was framed as it was meant."""
import unittest

import http_cases
from hub import HubTestCase


def in_pieces(data):
    if len(data) <= 400:
        return [data[n:n + 1] for n in range(len(data))]
    return [data[n:n + 1] for n in range(200)] + [data[n:n + 1021] for n in range(200, len(data), 1021)]


class Framing(HubTestCase):
    settings = {"echo_endpoint": "true", "max_body_bytes": http_cases.BODY_LIMIT}

    def check(self, data, pieces, expected):
        with self.hub.connect() as connection:
            connection.send_pieces(pieces)
            if isinstance(expected, list):
                for body in expected:
                    response = connection.response()
                    self.assertEqual((response.status, response.body), (200, body))
                # Nothing is left over on the connection: the next request is understood.
                self.assertEqual(connection.exchange(http_cases.sized(b"next")).body, b"next")
                return
            response = connection.response()
            self.assertIn(response.status, expected, response)
            self.assertDetail(response, response.status)
            self.assertEqual(response.tokens("Connection"), ["close"], response)
            self.assertTrue(connection.at_end())        # neither the rest nor what hides in it is answered

    def test_every_case(self):
        count = 0
        for name, data, expected in http_cases.all_cases():
            for pieces in ([data], in_pieces(data)):
                with self.subTest(case=name, pieces=len(pieces)):
                    self.check(data, pieces, expected)
                count += 1
        print("\n%d runs" % count)
        self.assertGreater(count, 400)

    def test_names_are_unique(self):
        names = [name for name, _, _ in http_cases.all_cases()]
        self.assertEqual(len(names), len(set(names)))


if __name__ == "__main__":
    unittest.main(verbosity=2)
