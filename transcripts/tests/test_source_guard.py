"""Which addresses may be reached at all."""

from __future__ import annotations

import socket

import pytest

from council.errors import CouncilError
from speech.engine.addresses import is_public
from transcripts.sources.guard import AddressRules, check_address, parse_address, resolve


@pytest.mark.parametrize(
    "ip",
    [
        *("0.0.0.0", "10.1.2.3", "100.64.0.1", "127.0.0.1", "127.255.255.254", "169.254.169.254", "172.16.0.1"),
        *("192.0.0.8", "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.51.100.1", "203.0.113.1"),
        *("224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255", "168.63.129.16"),
        *("::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:0:127.0.0.1"),
        *("64:ff9b::7f00:1", "64:ff9b::a00:1", "64:ff9b:1::7f00:1", "100::1", "2001::1", "2001:db8::1"),
        *("2002:7f00:1::", "3fff::1", "5f00::1", "fc00::1", "fd12:3456::1", "fe80::1", "fe80::1%eth0", "fec0::1"),
        *("ff02::1", "ff0e::1", "4000::1"),
    ],
)
def test_address_of_no_public_host(ip: str) -> None:
    assert not is_public(ip)


@pytest.mark.parametrize(
    "ip", ["8.8.8.8", "193.59.201.1", "2606:4700:4700::1111", "2a01:4f8::1", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_public_address(ip: str) -> None:
    assert is_public(ip)


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("http://127.0.0.1/", "link_forbidden"),
        ("http://10.0.0.1/", "link_forbidden"),
        ("http://[::1]/", "link_forbidden"),
        ("http://[::ffff:127.0.0.1]/", "link_forbidden"),
        ("http://169.254.169.254/latest/meta-data/", "link_forbidden"),
        ("https://example.org:22/", "link_forbidden"),
        ("http://example.org:8080/", "link_forbidden"),
        ("http://example.org@127.0.0.1/", "link_invalid"),
        ("http://user:pass@example.org/", "link_invalid"),
        ("http://example.org\\@127.0.0.1/", "link_invalid"),
        ("http://example.org\t.evil/", "link_invalid"),
        ("http://exa\r\nmple.org/", "link_invalid"),
        ("http://[fe80::1%25eth0]/", "link_invalid"),
        ("http://[::1/", "link_invalid"),
        ("http://example.org:99999/", "link_invalid"),
        ("http://example.org:0/", "link_invalid"),
        ("http:///plik.mp4", "link_invalid"),
        ("ftp://example.org/", "link_invalid"),
        ("file:///etc/passwd", "link_invalid"),
        ("//example.org/", "link_invalid"),
        ("", "link_invalid"),
    ],
)
def test_refused_without_asking_the_network(address: str, code: str) -> None:
    with pytest.raises(CouncilError) as failure:
        check_address(address, AddressRules())

    assert failure.value.code == code


@pytest.mark.parametrize("host", ["127.1", "2130706433", "0x7f.0.0.1", "0177.0.0.1", "localhost", "localhost."])
def test_other_spellings_of_loopback_are_refused_when_resolved(host: str) -> None:
    endpoint = check_address(f"http://{host}/", AddressRules())

    with pytest.raises(CouncilError) as failure:
        resolve(endpoint.host, endpoint.port, AddressRules())

    assert failure.value.code == "link_forbidden"


def test_one_private_answer_condemns_the_name(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, 80)) for ip in ("8.8.8.8", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: answers)

    with pytest.raises(CouncilError) as failure:
        resolve("wideo.example", 80, AddressRules())

    assert failure.value.code == "link_forbidden"


def test_listed_host_may_be_private_and_use_its_port() -> None:
    rules = AddressRules(frozenset({"127.0.0.1:8123", "kamera.urzad.local", "[::1]:9000"}))

    assert check_address("http://127.0.0.1:8123/s.mp4", rules).port == 8123
    assert check_address("http://KAMERA.urzad.local:8554/s.mp4", rules).host == "kamera.urzad.local"
    assert check_address("http://[::1]:9000/s.mp4", rules).host == "::1"
    assert resolve("127.0.0.1", 8123, rules) == [(socket.AF_INET, "127.0.0.1")]


@pytest.mark.parametrize(
    "address",
    ["http://127.0.0.1:8124/", "http://127.0.0.1/", "http://[::1]/", "http://evil.kamera.urzad.local:8554/"],
)
def test_listing_one_host_and_port_opens_no_other(address: str) -> None:
    rules = AddressRules(frozenset({"127.0.0.1:8123", "kamera.urzad.local", "[::1]:9000"}))

    with pytest.raises(CouncilError) as failure:
        check_address(address, rules)

    assert failure.value.code == "link_forbidden"


def test_polish_letters_in_a_host_name() -> None:
    assert parse_address("https://łąck.pl/sesja").host == "xn--ck-ola7v.pl"
