"""The folder of keys and tokens, without a broker."""

import sys
import tempfile
import unittest
from pathlib import Path

import zmq
from zmq.utils import z85

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from zanni.keys import BadKeys, Keys, keys_for, own_pair, pin_leader, read_folder, token_keys  # noqa: E402


class Folder(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name) / "zanni" / "keys"
        self.own, self.secret = own_pair(self.folder)
        pin_leader(self.folder, b"l" * 32)

    def refused(self, why):
        with self.assertRaisesRegex(BadKeys, why):
            read_folder(self.folder)

    def test_what_is_made_is_read_again(self):
        self.assertEqual(read_folder(self.folder), Keys(b"l" * 32, self.own, self.secret))
        self.assertEqual(own_pair(self.folder), [self.own, self.secret], "it stays")
        self.assertEqual([file.stat().st_mode & 0o777 for file in (self.folder, self.folder / "own.key")], [0o700, 0o600])

    def test_what_others_could_read_is_refused(self):
        (self.folder / "leader.pub").chmod(0o644)
        self.refused("leader.pub: others can get at it")
        (self.folder / "leader.pub").chmod(0o600)
        self.folder.chmod(0o755)
        self.refused("others can get at it; 'chmod 0700'")

    def test_what_is_no_key_is_refused_without_showing_it(self):
        key = self.folder / "own.key"
        good = key.read_text()
        for text in ("", "zanni-key 1\n", good.replace("zanni-key 1", "zanni-key 2"), good[:-5], good.replace("secret", "secrets")):
            key.write_text(text)
            self.refused("own.key: not a file of 'zanni keys'")
        key.write_text(good.replace(self.own.hex(), "00" * 32))
        with self.assertRaisesRegex(BadKeys, "don't belong together") as caught:
            read_folder(self.folder)
        self.assertNotIn(self.secret.hex(), str(caught.exception))

    def test_a_link_is_refused(self):
        (self.folder / "own.key").rename(self.folder / "other")
        (self.folder / "own.key").symlink_to(self.folder / "other")
        self.refused("a link")

    def test_which_keys_are_for_an_endpoint(self):
        self.assertIsNone(keys_for("ipc:///x", self.folder))
        self.assertIsNone(keys_for("tcp://x:1", "none"))
        self.assertEqual(keys_for("tcp://x:1", self.folder).own, self.own)
        with self.assertRaisesRegex(BadKeys, "no such folder"):
            keys_for("tcp://x:1", self.folder / "nothing")

    def test_keys_do_not_show_their_secret(self):
        self.assertNotIn(self.secret.hex(), repr(read_folder(self.folder)))
        self.assertNotIn(repr(self.secret), repr(read_folder(self.folder)))


class Tokens(unittest.TestCase):
    def test_a_token_holds_the_leaders_key_and_a_secret(self):
        public, secret = (z85.decode(key) for key in zmq.curve_keypair())

        keys = token_keys("zanni1-" + "ab" * 32 + secret.hex() + "00" * 8)
        self.assertEqual((keys.leader, keys.own, keys.secret), (b"\xab" * 32, public, secret))

    def test_what_is_no_token_is_refused(self):
        for text in ("", "zanni1-", "zanni1-xyz", "zanni2-" + "00" * 72, "zanni1-" + "00" * 71):
            with self.assertRaisesRegex(BadKeys, "join-token"):
                token_keys(text)


if __name__ == "__main__":
    unittest.main()
