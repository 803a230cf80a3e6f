"""One reader's life with two devices, call by call as KOReader makes them."""

import time
from dataclasses import replace

from support.koreader import Koreader, credential, fresh

EPUB = "5f1e3a9c0d7b4826a1c3e5f708192a3b"
PDF = "0a1b2c3d4e5f60718293a4b5c6d7e8f9"


def jumps(device, pulled):
    """Where KOReader would go on this answer: to the progress string of another device, else nowhere."""
    if "percentage" not in pulled:
        return None
    if (pulled["device"], pulled.get("device_id")) == (device.device, device.device_id):
        return None
    return pulled["progress"]


def test_two_devices_share_their_places_from_registration_to_deletion(stack):
    kobo = Koreader(stack.https_port, fresh("Ada Lovelace "), credential("correct horse"), "Kobo_nova",
                    "0F3C1A")
    boox = replace(kobo, device="Boox_page", device_id="77AB90")

    assert kobo.authorize().error == (401, 2001)
    assert kobo.register().status == 201
    assert boox.register().status == 402
    assert boox.authorize().json == {"authorized": "OK"}

    assert jumps(kobo, kobo.pull(EPUB).json) is None
    assert kobo.push(EPUB, 0.2113, "/body/DocFragment[8]/body/div/p[14]/text()[1].233").status == 200
    assert jumps(kobo, kobo.pull(EPUB).json) is None
    assert jumps(boox, boox.pull(EPUB).json) == "/body/DocFragment[8]/body/div/p[14]/text()[1].233"

    assert boox.push(EPUB, 0.2301, "/body/DocFragment[9]/body/div/p[2]/text().0").status == 200
    pulled = kobo.pull(EPUB).json
    assert jumps(kobo, pulled) == "/body/DocFragment[9]/body/div/p[2]/text().0"
    assert abs(pulled["timestamp"] - time.time()) < 30

    # On the next opening the Kobo first sends what it has; that must not take the Boox back.
    assert kobo.push(EPUB, 0.2113, "/body/DocFragment[8]/body/div/p[14]/text()[1].233").status == 200
    assert boox.pull(EPUB).json["progress"] == "/body/DocFragment[9]/body/div/p[2]/text().0"

    assert boox.push(PDF, 0.5, 56).status == 200
    assert jumps(kobo, kobo.pull(PDF).json) == "56"

    renewed = credential("battery staple")
    assert kobo.change_password(renewed).json == {"updated": True}
    assert boox.pull(EPUB).error == (401, 2001)
    kobo, boox = replace(kobo, key=renewed), replace(boox, key=renewed)
    assert jumps(kobo, kobo.pull(EPUB).json) == "/body/DocFragment[9]/body/div/p[2]/text().0"

    assert kobo.delete().json == {"deleted": True}
    assert boox.authorize().error == (401, 2001)
    assert kobo.register().status == 201
    assert kobo.pull(EPUB).json == {} and kobo.pull(PDF).json == {}


def test_every_call_of_a_session_is_answered_well_before_the_device_gives_up(stack):
    kobo = Koreader(stack.https_port, fresh(), credential("x"))
    answers = [kobo.register(), kobo.authorize(), kobo.push(EPUB), kobo.pull(EPUB)]
    assert all(answer.seconds < 2.5 for answer in answers)
