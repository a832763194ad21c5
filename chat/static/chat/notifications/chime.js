/**
 * Plays the notification sound, synthesised with Web Audio. Browsers block it until somebody has clicked in the page.
 */
const TONES = [659.3, 880];
const EACH = 0.14;
const LOUD = 0.07;
/** Rate limit for several rooms at once. */
const APART = 2000;
const PATIENCE = 300;

export class Chime {
  constructor() {
    /** @type {AudioContext | null} */
    this.audio = null;
    this.rungAt = 0;
  }

  /** @returns {Promise<boolean>} whether it could be heard */
  async ring() {
    if (Date.now() - this.rungAt < APART) return true;
    const audio = await this.awake();
    if (!audio) return false;
    this.rungAt = Date.now();
    TONES.forEach((tone, index) => {
      play(audio, tone, audio.currentTime + index * EACH);
    });
    return true;
  }

  /** In a page that may not play sound, resume() never settles. */
  async awake() {
    if (!("AudioContext" in globalThis)) return null;
    this.audio ??= new AudioContext();
    const { audio } = this;
    await Promise.race([audio.resume(), new Promise((late) => setTimeout(late, PATIENCE))]);
    return audio.state === "running" ? audio : null;
  }
}

/** @param {AudioContext} audio @param {number} tone in hertz @param {number} at seconds */
function play(audio, tone, at) {
  const [source, gain] = [audio.createOscillator(), audio.createGain()];
  source.frequency.value = tone;
  gain.gain.setValueAtTime(0, at);
  gain.gain.linearRampToValueAtTime(LOUD, at + 0.02);
  gain.gain.exponentialRampToValueAtTime(0.0001, at + EACH * 2);
  source.connect(gain).connect(audio.destination);
  source.start(at);
  source.stop(at + EACH * 2);
}
