import os
import socket

import pytest

from api.launcher import ports
from voice_engine.kernel.errors import Conflict

TABLE = """\
  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F40 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 4242 1 0
   1: 0100007F:1F40 0100007F:9C40 01 00000000:00000000 00:00000000 00000000  1000        0 4243 1 0
   2: 00000000:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 17 1 0
""".splitlines()


@pytest.fixture
def taken():
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_only_the_listening_socket_of_a_port_is_found_in_the_kernels_table():
    assert ports.listening_inodes(TABLE, 8000) == {"4242"}
    assert ports.listening_inodes(TABLE, 8001) == set()


def test_a_taken_port_is_not_free_and_a_free_one_is(taken):
    assert not ports.free("127.0.0.1", taken)
    assert ports.free("127.0.0.1", 0)


def test_the_listener_is_this_process(taken):
    who = ports.listener(taken)

    assert who is not None
    assert who.pid == os.getpid()
    assert str(who).startswith(f"process {os.getpid()} (")


def test_a_taken_port_is_refused_with_the_process_and_the_setting_that_changes_it(taken):
    with pytest.raises(Conflict) as refusal:
        ports.require("127.0.0.1", taken, what="the API", change="YINGDA_API_PORT", address="YINGDA_API_HOST")

    assert refusal.value.code == "port_taken"
    assert str(taken) in refusal.value.message
    assert f"process {os.getpid()} (" in refusal.value.message
    assert "set YINGDA_API_PORT" in refusal.value.message


@pytest.mark.parametrize("host", ["192.0.2.7", "no-such-host.invalid", "a..b", "2001:db8::7"])
def test_an_address_that_is_not_ours_is_said_with_the_setting_that_changes_it(host):
    with pytest.raises(Conflict, match=r"no such address\. Set YINGDA_API_HOST") as refusal:
        ports.require(host, 0, what="the API", change="YINGDA_API_PORT", address="YINGDA_API_HOST")

    assert host in refusal.value.message
