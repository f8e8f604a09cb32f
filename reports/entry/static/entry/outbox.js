/* What was typed and is not saved yet, kept in this browser: each cell under the person and the report it belongs to, so
   that it outlives a reload and nobody else who signs in here sees or sends it. Gone as soon as it is saved. */

import { button, element, icon } from "./request.js";

const ROOM = "chua-gui";
const KEPT_DAYS = 30;
const DAY = 24 * 60 * 60 * 1000;
const BLOCK = "khoi";
/* So many are named where they are offered. */
const NAMED = 3;
const SPREADSHEET_WOULD_COMPUTE = /^(?:[=+@\t\r]|-(?![\d.,\s]*$))/;

const two = (number) => String(number).padStart(2, "0");

/** "10:32", with the day where it is not today. */
function moment(at) {
    const when = new Date(at);
    const clock = `${two(when.getHours())}:${two(when.getMinutes())}`;
    const isToday = when.toDateString() === new Date().toDateString();
    return isToday ? clock : `${clock} ${two(when.getDate())}/${two(when.getMonth() + 1)}/${when.getFullYear()}`;
}

/** Semicolons, for the decimals have commas; a byte order mark, for spreadsheets would take the letters for others. */
function csv(lines) {
    const quoted = (text) => `"${text.replace(SPREADSHEET_WOULD_COMPUTE, "'$&").replaceAll('"', '""')}"`;
    return `\ufeff${lines.map((line) => line.map(quoted).join(";")).join("\r\n")}\r\n`;
}

export class Outbox {
    constructor(grid) {
        this.grid = grid;
        const user = document.querySelector("[data-opened-by]").dataset.openedBy;
        this.place = `${ROOM}:${user}:${grid.cellUrlValue}:${grid.sheetValue}:`;
        this.on = new AbortController();
        window.addEventListener("pagehide", () => this.keepTyping(), { signal: this.on.signal });
        this.sweep();
    }

    disconnect() {
        this.on.abort();
    }

    /** Browsers may have no room, or refuse to keep anything: then the page itself is all there is. */
    write(key, value) {
        try {
            localStorage.setItem(this.place + key, JSON.stringify({ ...value, at: Date.now() }));
        } catch {
            this.isFull = true;
        }
    }

    remove(key) {
        try {
            localStorage.removeItem(this.place + key);
        } catch {
            /* Nothing was kept. */
        }
    }

    *entries(place) {
        let keys = [];
        try {
            keys = Object.keys(localStorage).filter((key) => key.startsWith(place));
        } catch {
            return;
        }
        for (const key of keys) {
            try {
                yield [key, JSON.parse(localStorage.getItem(key))];
            } catch {
                localStorage.removeItem(key);
            }
        }
    }

    sweep() {
        for (const [key, kept] of this.entries(`${ROOM}:`)) {
            if (!(Date.now() - kept?.at < KEPT_DAYS * DAY)) localStorage.removeItem(key);
        }
    }

    keep(input, text) {
        const [row, column] = this.grid.keyOf(input);
        this.write(JSON.stringify([row, column]), { text, seen: Number(input.dataset.v || 0) });
    }

    drop(input) {
        this.remove(JSON.stringify(this.grid.keyOf(input)));
    }

    keepTyping() {
        const input = document.activeElement;
        const { tableTarget: table } = this.grid;
        if (table.contains(input) && input.value !== undefined && input.value !== input.defaultValue) this.keep(input, input.value);
    }

    keepBlock(block) {
        this.write(BLOCK, block);
    }

    dropBlock() {
        this.remove(BLOCK);
    }

    block() {
        const [found] = this.entries(this.place + BLOCK);
        return found?.[1];
    }

    cells() {
        const found = [];
        for (const [key, { text, seen, at }] of this.entries(`${this.place}[`)) {
            const [row, column] = JSON.parse(key.slice(this.place.length));
            found.push({ row, column, text, seen, at });
        }
        return found.sort((one, other) => one.at - other.at);
    }

    // ---------------------------------------------------------------- what was left from last time

    offer(host) {
        const cells = this.cells();
        const block = this.block();
        host.hidden = !cells.length && !block;
        if (host.hidden) return;
        const again = () => this.offer(host);
        const lines = [];
        if (cells.length) {
            const words = `${cells.length} ô chưa gửi từ ${moment(cells[0].at)}: ${this.named(cells)}`;
            lines.push(this.line(words, button("Gửi", () => this.send(host), "button-primary"), this.exporting(), this.dropping(`Bỏ hẳn ${cells.length} ô?`, () => {
                for (const { row, column } of cells) this.remove(JSON.stringify([row, column]));
                again();
            })));
        }
        if (block) {
            const view = () => {
                host.hidden = true;
                this.grid.pasting.again(block);
            };
            lines.push(this.line(`Một khối dán lúc ${moment(block.at)} chưa lưu`, button("Xem lại", view, "button-primary"), this.dropping("Bỏ hẳn khối này?", () => {
                this.dropBlock();
                again();
            })));
        }
        host.replaceChildren(...lines);
    }

    /** What would be sent or thrown away: the first few of it. */
    named(cells) {
        const said = cells.slice(0, NAMED).map(({ row, column, text }) => {
            const td = this.grid.cellAt(row, column);
            return `${td ? this.grid.nameOf(td) : row} “${text}”`;
        });
        if (cells.length > NAMED) said.push(`và ${cells.length - NAMED} ô khác`);
        return said.join("; ");
    }

    line(words, ...choices) {
        return element("p", {}, icon("history"), element("span", {}, words), ...choices);
    }

    exporting() {
        return button("Xuất ra tệp", () => this.export());
    }

    /** Asks once more, in the same place. */
    dropping(question, drop) {
        const asked = button("Bỏ", () => {
            if (asked.textContent === question) drop();
            else asked.textContent = question;
        });
        return asked;
    }

    /** What has been changed on the server since is asked about, as when it is typed now. */
    send(host) {
        host.hidden = true;
        const gone = [];
        for (const { row, column, text, seen } of this.cells()) {
            const input = this.grid.inputAt(row, column);
            if (!input) {
                gone.push([row, column]);
                continue;
            }
            input.dataset.v = seen;
            input.value = text;
            this.grid.queue(input);
        }
        if (!gone.length) return;
        const words = `${gone.length} ô không còn nhập được ở đây: báo cáo đã khóa hoặc dòng không còn giao cho ông/bà.`;
        host.replaceChildren(this.line(words, this.exporting(), this.dropping("Bỏ hẳn?", () => {
            for (const place of gone) this.remove(JSON.stringify(place));
            host.hidden = true;
        })));
        host.hidden = false;
    }

    /** For a spreadsheet: form, row, column, what was typed, when. */
    export() {
        const { grid } = this;
        const name = grid.element.querySelector("h3").textContent.trim();
        const lines = this.cells().map(({ row, column, text, at }) => {
            const td = grid.cellAt(row, column);
            const label = td ? grid.labelOf(td.parentElement) : row;
            const heading = grid.columnsValue.find(([key]) => key === column)?.[1] ?? column;
            return [name, label, heading, text, moment(at)];
        });
        const file = new Blob([csv([["Biểu", "Dòng", "Cột", "Giá trị đã gõ", "Lúc gõ"], ...lines])], { type: "text/csv;charset=utf-8" });
        const url = URL.createObjectURL(file);
        element("a", { href: url, download: `chua-gui-${grid.element.id}.csv` }).click();
        window.setTimeout(() => URL.revokeObjectURL(url), 10_000);
    }
}
