/* The block of cells that is chosen: with Shift, or drawn with the mouse. It is copied, filled and emptied as a whole. */

import { inputOf, measureOf, textOf } from "./board.js";
import { aloud, isLong, mean, read, sum, write } from "./numbers.js";

export class Selection {
    constructor(grid) {
        this.grid = grid;
        this.board = grid.board;
        this.painted = new Set();
        const { body } = this.board;
        this.on = new AbortController();
        const { signal } = this.on;
        body.addEventListener("mousedown", (event) => this.press(event), { signal });
        body.addEventListener("mouseover", (event) => this.draw(event), { signal });
        body.addEventListener("dragstart", (event) => event.preventDefault(), { signal });
        body.addEventListener("copy", (event) => this.copy(event), { signal });
        body.addEventListener("input", () => this.read(), { signal });
        document.addEventListener("mouseup", () => (this.drawing = null), { signal });
    }

    disconnect() {
        this.on.abort();
    }

    get isBlock() {
        return this.painted.size > 1;
    }

    /** Rows of the cells that are chosen; the entered one alone where no block is. */
    rows() {
        if (!this.anchor?.isConnected) return [];
        return this.board.between(this.anchor, this.end);
    }

    only(td) {
        this.anchor = this.end = td;
        this.paint();
    }

    extend(td) {
        this.end = td;
        this.paint();
    }

    all() {
        this.anchor = this.board.corner(false);
        this.extend(this.board.corner(true));
    }

    paint() {
        const chosen = this.anchor === this.end ? new Set() : new Set(this.rows().flat());
        for (const td of this.painted) if (!chosen.has(td)) td.removeAttribute("aria-selected");
        for (const td of chosen) if (!this.painted.has(td)) td.setAttribute("aria-selected", "true");
        this.painted = chosen;
        this.read();
    }

    // ---------------------------------------------------------------- the mouse

    press(event) {
        const td = this.board.cellOf(event.target);
        if (!td || event.button !== 0 || event.target.closest("a, button, select")) return;
        if (event.shiftKey && this.anchor) {
            event.preventDefault();
            this.extend(td);
            return;
        }
        const input = inputOf(td);
        const isEntered = td.contains(document.activeElement);
        /* A finger goes straight into the text. */
        if (event.sourceCapabilities?.firesTouchEvents) return;
        this.drawing = { x: event.clientX, y: event.clientY };
        if (isEntered && input && !this.isBlock) {
            this.grid.travel.edit();
            return;
        }
        event.preventDefault();
        if (isEntered) this.grid.travel.rest(td);
        else this.board.enter(td, { preventScroll: true });
    }

    draw(event) {
        if (!this.drawing || !(event.buttons & 1)) return;
        /* Cells that are scrolled under a hand at rest are not drawn over. */
        if (Math.hypot(event.clientX - this.drawing.x, event.clientY - this.drawing.y) < 4) return;
        const td = this.board.cellOf(event.target);
        if (!td || !this.anchor || td === this.end) return;
        this.grid.travel.ready();
        this.extend(td);
        td.scrollIntoView({ block: "nearest", inline: "nearest" });
    }

    // ---------------------------------------------------------------- the clipboard

    /** As Excel puts a block on the clipboard, with the numbers as they are shown. */
    copy(event) {
        if (this.grid.travel.isEditing) return;
        const rows = this.rows();
        if (!rows.length) return;
        const quoted = (text) => (/[\t\n"]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
        const text = rows.map((cells) => cells.map((td) => quoted(textOf(td))).join("\t")).join("\r\n");
        event.clipboardData.setData("text/plain", text);
        event.preventDefault();
        this.grid.status.say(`Đã chép ${rows.flat().length} ô.`);
    }

    // ---------------------------------------------------------------- filling and emptying

    /** The first row of the block into the rows below it; one row alone is filled from the one above. */
    fillDown() {
        const rows = this.rows();
        const above = rows.length === 1 ? rows[0].map((td) => this.board.step(td, -1, 0)) : rows[0];
        const below = rows.length === 1 ? rows : rows.slice(1);
        return this.fill(below.flatMap((cells) => cells.map((td, index) => [td, above[index]])), "điền xuống");
    }

    fillRight() {
        const rows = this.rows();
        const pairs = rows.flatMap((cells) =>
            cells.length === 1
                ? [[cells[0], this.board.step(cells[0], 0, -1)]]
                : cells.slice(1).map((td) => [td, cells[0]]),
        );
        return this.fill(pairs, "điền sang phải");
    }

    fill(pairs, label) {
        const cells = pairs.filter(([td, from]) => td !== from).map(([td, from]) => [td, textOf(from)]);
        return this.change(cells, label);
    }

    empty() {
        return this.change(
            this.rows().flat().map((td) => [td, ""]),
            "xóa",
        );
    }

    /** Only what one may type into and what would become another text. */
    change(cells, label) {
        const open = cells.filter(([td]) => inputOf(td));
        const changed = open.filter(([td, text]) => textOf(td) !== text);
        const locked = cells.length - open.length;
        const left = locked ? ` ${locked} ô không phải ô nhập của ông/bà được giữ nguyên.` : "";
        if (!changed.length) this.grid.status.say(`Không có ô nào thay đổi.${left}`);
        else this.grid.changeTogether(changed.map(([td, text]) => [inputOf(td), text]), label, left);
    }

    // ---------------------------------------------------------------- what is chosen, in words

    /** Once the hand rests: a block may grow by many cells a second. */
    read() {
        window.clearTimeout(this.reading);
        const now = performance.now();
        this.reading = window.setTimeout(() => {
            this.grid.status.count(this.isBlock ? this.counted() : "", now);
            this.grid.status.read(this.isBlock ? "" : this.spoken());
        }, 60);
    }

    spoken() {
        const td = this.anchor;
        const number = td?.isConnected && read(textOf(td));
        return number && isLong(number) ? aloud(number, measureOf(td)) : "";
    }

    counted() {
        const cells = [...this.painted];
        const numbers = cells.map((td) => read(textOf(td))).filter(Boolean);
        const said = [`${cells.length} ô`];
        if (numbers.length) {
            said.push(`${numbers.length} số`, `tổng ${write(sum(numbers))}`, `trung bình ${write(mean(numbers))}`);
            if (new Set(cells.map(measureOf)).size > 1) said.push("khác đơn vị tính");
        }
        return said.join(" · ");
    }
}
