//! The same code spoken: ten small clips (assets/spoken/ORIGIN.md) with pauses of varying length and a little noise.

use super::Dice;
use crate::service::captchas::Code;

/// 0 to 9; 8 kHz, one channel, 8 bits.
const CLIPS: [&[u8]; 10] = [
    include_bytes!("../../../assets/spoken/0.wav"),
    include_bytes!("../../../assets/spoken/1.wav"),
    include_bytes!("../../../assets/spoken/2.wav"),
    include_bytes!("../../../assets/spoken/3.wav"),
    include_bytes!("../../../assets/spoken/4.wav"),
    include_bytes!("../../../assets/spoken/5.wav"),
    include_bytes!("../../../assets/spoken/6.wav"),
    include_bytes!("../../../assets/spoken/7.wav"),
    include_bytes!("../../../assets/spoken/8.wav"),
    include_bytes!("../../../assets/spoken/9.wav"),
];
/// Samples in a second.
const RATE: f32 = 8000.0;
/// Bytes before the samples of a clip.
const HEADER: usize = 44;
/// No sound at all.
const SILENCE: f32 = 128.0;

/// Speaks a code as a WAV file.
pub(in crate::web) fn wav(code: &Code) -> Vec<u8> {
    let mut dice = Dice::new(code.seed);
    let mut samples: Vec<u8> = Vec::with_capacity(40_000);
    pause(&mut samples, &mut dice, (0.25, 0.45));
    for digit in code.digits {
        let clip = CLIPS.get(usize::from(digit)).copied().unwrap_or_default();
        let loud = dice.between(0.8, 1.0);
        for sample in clip.iter().skip(HEADER) {
            samples.push(noisy(
                SILENCE + (f32::from(*sample) - SILENCE) * loud,
                &mut dice,
            ));
        }
        pause(&mut samples, &mut dice, (0.45, 0.95));
    }
    let length = u32::try_from(samples.len()).unwrap_or(0);
    let mut file = Vec::with_capacity(samples.len() + HEADER);
    file.extend_from_slice(b"RIFF");
    file.extend_from_slice(&(length + 36).to_le_bytes());
    file.extend_from_slice(b"WAVEfmt ");
    file.extend_from_slice(&16_u32.to_le_bytes());
    file.extend_from_slice(&[1, 0, 1, 0]); // PCM, one channel
    let rate = RATE as u32;
    file.extend_from_slice(&rate.to_le_bytes());
    file.extend_from_slice(&rate.to_le_bytes()); // bytes in a second
    file.extend_from_slice(&[1, 0, 8, 0]); // bytes and bits of a sample
    file.extend_from_slice(b"data");
    file.extend_from_slice(&length.to_le_bytes());
    file.extend_from_slice(&samples);
    file
}

fn pause(samples: &mut Vec<u8>, dice: &mut Dice, (least, most): (f32, f32)) {
    let seconds = dice.between(least, most);
    let count = (seconds * RATE) as usize;
    samples.extend((0..count).map(|_| noisy(SILENCE, dice)));
}

fn noisy(sample: f32, dice: &mut Dice) -> u8 {
    // What is out of range becomes the nearest that is in it.
    (sample + dice.between(-3.0, 3.0)) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clips_are_small_and_what_they_say_they_are() {
        let all: usize = CLIPS.iter().map(|clip| clip.len()).sum();
        assert!(all <= 60 * 1024, "{all}");
        for clip in CLIPS {
            assert_eq!(&clip[..4], b"RIFF");
            assert_eq!(&clip[20..28], [1, 0, 1, 0, 0x40, 0x1f, 0, 0]);
            assert_eq!(&clip[36..40], b"data");
        }
    }

    #[test]
    fn a_code_is_spoken_the_same_way_each_time_and_its_header_is_right() {
        let code = |digits| Code {
            digits,
            seed: [9; 16],
        };
        let file = wav(&code([1, 2, 3, 4]));
        assert_eq!(file, wav(&code([1, 2, 3, 4])));
        assert_ne!(file, wav(&code([1, 2, 3, 5])));
        let length = u32::from_le_bytes(file[40..44].try_into().unwrap());
        assert_eq!(file.len(), length as usize + 44);
        assert!(file.len() < 60 * 1024, "{}", file.len());
    }
}
