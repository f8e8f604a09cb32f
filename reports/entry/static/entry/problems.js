/* From problem to problem: what could not be saved, what a check has found, what must be filled in and is not. */

import { element } from "./request.js";

const KINDS = [
    ["td.error, td.conflict", "chưa lưu được"],
    ["td.flagged", "cần xem lại"],
    ["td.needed:has(> :placeholder-shown)", "bắt buộc, còn trống"],
];

export class Problems {
    constructor(grid, tools) {
        this.grid = grid;
        this.body = grid.board.body;
        this.next = tools.querySelector("[data-next-problem]");
        this.strip = grid.element.querySelector("[data-problem-strip]");
        this.flags = new Map();
        this.on = new AbortController();
        const { signal } = this.on;
        this.next.addEventListener("click", () => this.go(1), { signal });
        document.addEventListener("entry:flags", ({ detail }) => this.hear(detail), { signal });
        this.strip.addEventListener("click", (event) => event.target.cell && this.show(event.target.cell), { signal });
        this.changes = new MutationObserver(() => this.recount());
        this.changes.observe(this.body, { subtree: true, attributes: true, attributeFilter: ["class", "hidden"] });
        /* Also when its tab is opened: before, nothing has a height. */
        this.size = new ResizeObserver(() => this.recount());
        this.size.observe(grid.boxTarget);
    }

    disconnect() {
        this.on.abort();
        this.changes.disconnect();
        this.size.disconnect();
    }

    hear({ sheet, flags }) {
        if (Number(sheet) !== this.grid.sheetValue) return;
        this.flags = new Map(flags.map(({ row, column, text }) => [this.grid.cellAt(row, column), text]));
        this.recount();
    }

    /** [cell, what is wrong with it], the gravest kind first, each cell once. */
    found() {
        const seen = new Map();
        for (const [selector, kind] of KINDS) {
            for (const td of this.body.querySelectorAll(selector)) {
                if (!seen.has(td)) seen.set(td, this.flags.get(td) || kind);
            }
        }
        return [...seen];
    }

    go(by) {
        const found = this.found();
        if (!found.length) {
            this.grid.status.say("Không còn vấn đề nào trong biểu này.");
            return;
        }
        const here = found.findIndex(([td]) => td === this.grid.travel.cell);
        const at = here < 0 ? (by > 0 ? 0 : found.length - 1) : (here + by + found.length) % found.length;
        const [td, kind] = found[at];
        this.show(td);
        this.grid.status.say(`Vấn đề ${at + 1}/${found.length}: ${kind}.`);
    }

    show(td) {
        this.grid.filter.reveal(td.parentElement);
        this.grid.board.enter(td);
    }

    recount() {
        window.clearTimeout(this.counting);
        this.counting = window.setTimeout(() => {
            const found = this.found();
            this.next.querySelector("[data-count]").textContent = found.length ? `(${found.length})` : "";
            this.draw(found);
        }, 150);
    }

    /** Where problems lie in a sheet longer than its frame. */
    draw(found) {
        const { scrollHeight, clientHeight } = this.grid.boxTarget;
        const isLong = scrollHeight > 1.5 * clientHeight;
        const places = new Map();
        for (const [td] of isLong ? found : []) {
            const at = Math.round((100 * td.parentElement.offsetTop) / scrollHeight);
            if (!places.has(at) && !td.parentElement.hidden) places.set(at, td);
        }
        const marks = [...places].map(([at, td]) => {
            const mark = element("span", { class: KINDS.findIndex(([selector]) => td.matches(selector)) < 2 ? "grave" : "" });
            mark.style.top = `${at}%`;
            mark.cell = td;
            return mark;
        });
        this.strip.style.top = `${this.grid.boxTarget.offsetTop}px`;
        this.strip.style.height = `${clientHeight - 4}px`;
        this.strip.replaceChildren(...marks);
        this.strip.hidden = !marks.length;
    }
}
