/** What can be heard. */
export type Cue = 'moved' | 'tick' | 'over';

/** Hz, seconds after the first, of each note. */
const NOTES: Readonly<Record<Cue, readonly (readonly [number, number])[]>> = {
  moved: [
    [523, 0],
    [784, 0.09],
  ],
  tick: [[880, 0]],
  over: [
    [392, 0],
    [523, 0.16],
    [659, 0.32],
  ],
};
const LENGTH_SEC = 0.22;
const VOLUME = 0.12;

/** Short sounds, made by the browser itself; silent until the viewer has asked for them. */
export class Sound {
  private context: AudioContext | null = null;

  /** Call it in the click that asks for sound: browsers allow none before. */
  wake(): void {
    this.context ??= new AudioContext();
    void this.context.resume();
  }

  play(cue: Cue): void {
    const { context } = this;
    if (context?.state !== 'running') return;
    for (const [hertz, afterSec] of NOTES[cue]) {
      const start = context.currentTime + afterSec;
      const tone = context.createOscillator();
      const volume = context.createGain();
      tone.frequency.value = hertz;
      volume.gain.setValueAtTime(0, start);
      volume.gain.linearRampToValueAtTime(VOLUME, start + 0.01);
      volume.gain.exponentialRampToValueAtTime(0.0001, start + LENGTH_SEC);
      tone.connect(volume).connect(context.destination);
      tone.start(start);
      tone.stop(start + LENGTH_SEC);
    }
  }
}
