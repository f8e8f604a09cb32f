/* The line under the grid: the entered number in words, and what was done or chosen, which is also said aloud. */

export class Status {
    constructor(line) {
        this.reading = line.querySelector("[data-reading]");
        this.said = line.querySelector("[role=status]");
    }

    read(words) {
        if (this.reading.textContent !== words) this.reading.textContent = words;
    }

    say(words) {
        this.counted = false;
        this.at = performance.now();
        this.said.textContent = words;
    }

    /** The count of a block as it was then; it gives way once there is no block. A message said since stays. */
    count(words, then) {
        if (this.at > then) return;
        if (words || this.counted) this.say(words);
        this.counted = Boolean(words);
    }
}
