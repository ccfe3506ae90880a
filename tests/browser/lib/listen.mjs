// Hears the four digits of a spoken picture code, as somebody does who cannot see the picture: it compares what the page
// plays with the ten clips it is made of.
import { readFileSync } from "node:fs";

const HEADER = 44;
/** A tenth of a second without a sound ends a digit; clips have shorter breaks. */
const QUIET = 2400;
const samples = (file) => Array.from(file.subarray(HEADER), (byte) => byte - 128);
const clips = Array.from({ length: 10 }, (_, digit) =>
  samples(readFileSync(new URL(`../../../assets/spoken/${digit}.wav`, import.meta.url))));

function words(sound) {
  const found = [];
  let begin = -1;
  let last = -QUIET;
  sound.forEach((sample, at) => {
    if (Math.abs(sample) <= 6) return;
    if (at - last > QUIET) {
      if (begin >= 0) found.push([begin, last]);
      begin = at;
    }
    last = at;
  });
  if (begin >= 0) found.push([begin, last]);
  return found;
}

/** How alike a clip is to the sound from `at` on, at the best of some shifts. */
function likeness(clip, sound, at) {
  let best = 0;
  for (let shift = -1200; shift <= 200; shift += 2) {
    let product = 0;
    let energy = 1;
    let own = 1;
    for (let index = 0; index < clip.length; index += 2) {
      const heard = sound[at + shift + index] ?? 0;
      product += clip[index] * heard;
      energy += heard * heard;
      own += clip[index] * clip[index];
    }
    best = Math.max(best, product / Math.sqrt(energy * own));
  }
  return best;
}

/** The digits in a WAV file. */
export function listen(file) {
  const sound = samples(file);
  const heard = words(sound).map(([begin]) => {
    const alike = clips.map((clip) => likeness(clip, sound, begin));
    return alike.indexOf(Math.max(...alike));
  });
  if (heard.length !== 4) throw new Error(`heard ${heard.length} digits: ${heard.join(" ")}`);
  return heard.join("");
}
