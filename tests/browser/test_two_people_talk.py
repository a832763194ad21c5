"""Two people, two browsers, two processes where there are two: the same words on both screens."""

from playwright.sync_api import expect

from .pages import Window


def test_what_one_writes_the_other_reads_and_the_other_way_round(alice: Window, bob: Window) -> None:
    alice.write("Is anybody there?")
    bob.see("Is anybody there?")
    bob.write("I am.")
    for window in (alice, bob):
        window.see("Is anybody there?", "I am.")


def test_a_message_is_on_the_screen_at_once_and_then_becomes_real(alice: Window, bob: Window) -> None:
    assert alice.page.evaluate(
        """async () => {
            const field = document.getElementById('composer');
            field.value = 'soon';
            field.dispatchEvent(new Event('input', {bubbles: true}));
            field.form.requestSubmit();
            await new Promise(requestAnimationFrame);
            return document.querySelectorAll('#timeline .msg.sending').length;
        }"""
    )
    bob.see("soon")
    alice.see("soon")
    expect(alice.pending).to_have_count(0)


def test_both_screens_show_one_order_however_fast_they_write(alice: Window, bob: Window) -> None:
    for number in range(10):
        alice.write(f"a{number}")
        bob.write(f"b{number}")
    expect(alice.messages).to_have_count(20)
    expect(bob.messages).to_have_count(20)
    told = alice.bodies.all_text_contents()
    assert told == bob.bodies.all_text_contents()
    assert [text for text in told if text[0] == "a"] == [f"a{number}" for number in range(10)]
    assert [text for text in told if text[0] == "b"] == [f"b{number}" for number in range(10)]
