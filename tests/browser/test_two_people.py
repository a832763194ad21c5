"""Tests two people in two browsers, on two processes where possible: both screens show the same."""

import re

from playwright.sync_api import expect

from .pages import Window


def test_each_person_reads_what_the_other_writes(alice: Window, bob: Window) -> None:
    alice.write("Is anybody there?")
    bob.see("Is anybody there?")
    bob.write("I am.")
    for window in (alice, bob):
        window.see("Is anybody there?", "I am.")


def test_a_message_is_shown_at_once_and_then_becomes_stored(alice: Window, bob: Window) -> None:
    assert alice.page.evaluate(
        """async () => {
            const field = document.getElementById('composer');
            field.value = 'soon';
            field.dispatchEvent(new Event('input', {bubbles: true}));
            field.form.requestSubmit();
            await new Promise(requestAnimationFrame);
            return document.querySelectorAll('#timeline .message.sending').length;
        }"""
    )
    bob.see("soon")
    alice.see("soon")
    expect(alice.pending).to_have_count(0)


def test_both_screens_show_the_same_order_however_fast_people_write(alice: Window, bob: Window) -> None:
    for number in range(10):
        alice.write(f"a{number}")
        bob.write(f"b{number}")
    expect(alice.messages).to_have_count(20)
    expect(bob.messages).to_have_count(20)
    told = alice.bodies.all_text_contents()
    assert told == bob.bodies.all_text_contents()
    assert [text for text in told if text[0] == "a"] == [f"a{number}" for number in range(10)]
    assert [text for text in told if text[0] == "b"] == [f"b{number}" for number in range(10)]


def test_an_edit_shows_on_both_screens_and_says_so(alice: Window, bob: Window) -> None:
    alice.write("Meet at nien")
    bob.see("Meet at nien")
    alice.edit("Meet at nien", "Meet at nine")
    for window in (alice, bob):
        window.see("Meet at nine")
        expect(window.message("Meet at nine").locator(".edited-mark")).to_have_text("edited")


def test_a_deleted_message_leaves_only_a_note(alice: Window, bob: Window) -> None:
    alice.write("Do not read this", "This stays")
    bob.see("Do not read this", "This stays")
    alice.delete("Do not read this")
    for window in (alice, bob):
        window.see("This message was deleted", "This stays")
        expect(window.page.get_by_text("Do not read this")).to_have_count(0)


def test_nobody_is_offered_to_edit_another_s_message(alice: Window, bob: Window) -> None:
    alice.write("Mine")
    bob.see("Mine")
    bob.message("Mine").hover()
    expect(bob.message("Mine").get_by_role("button", name="Reply")).to_be_visible()
    for name in ("Edit", "Delete"):
        expect(bob.message("Mine").get_by_role("button", name=name)).to_be_hidden()


def test_a_reply_shows_the_quoted_message_and_leads_to_it(alice: Window, bob: Window) -> None:
    alice.write("Tea or coffee?", *(f"line {number}" for number in range(30)))
    expect(bob.messages).to_have_count(31)
    bob.reply("Tea or coffee?", "Tea")
    answer = alice.message("Tea")
    expect(answer.get_by_role("link")).to_have_text(re.compile("You.*Tea or coffee?"))
    expect(alice.message("Tea or coffee?")).not_to_be_in_viewport()
    answer.get_by_role("link").click()
    expect(alice.message("Tea or coffee?")).to_be_in_viewport()


def test_a_reply_stays_when_the_quoted_message_is_edited_or_deleted(alice: Window, bob: Window) -> None:
    alice.write("Tea or cofee?")
    bob.see("Tea or cofee?")
    bob.reply("Tea or cofee?", "Tea")
    alice.edit("Tea or cofee?", "Tea or coffee?")
    expect(bob.message("Tea").get_by_role("link")).to_contain_text("Tea or coffee?")
    alice.delete("Tea or coffee?")
    expect(bob.message("Tea").get_by_role("link")).to_contain_text("This message was deleted")
    bob.see("This message was deleted", "Tea")
