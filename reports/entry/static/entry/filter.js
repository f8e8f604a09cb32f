/* Which rows are shown: those that hold the words looked for, those with blanks or problems, those that are mine. Headings
   stay over the rows they stand for. A row does not vanish under the hands: only a change of the filter hides rows. */

import { LEADING, TYPED } from "./board.js";
import { button } from "./request.js";

const ONLY = {
    blank: (row) => row.querySelector("td.needed > :placeholder-shown"),
    problem: (row) => row.querySelector("td.error, td.conflict, td.flagged"),
    mine: (row) => row.querySelector(TYPED),
};

/** Letters without their signs, for people type without them. */
export function plain(text) {
    return text
        .normalize("NFD")
        .replace(/\p{Mn}/gu, "")
        .toLowerCase()
        .replaceAll("đ", "d")
        .replace(/\s+/g, " ")
        .trim();
}

export class Filter {
    constructor(grid, tools) {
        this.grid = grid;
        this.body = grid.board.body;
        this.box = tools.querySelector("input[type=search]");
        this.found = tools.querySelector("[data-found]");
        this.toggles = [...tools.querySelectorAll("[data-only]")];
        this.on = new AbortController();
        const { signal } = this.on;
        this.box.addEventListener("input", () => this.apply(), { signal });
        this.box.addEventListener("keydown", (event) => this.key(event), { signal });
        for (const toggle of this.toggles) toggle.addEventListener("click", () => this.toggle(toggle), { signal });
        /* Before the grid lays the block down. */
        this.body.addEventListener("paste", (event) => this.guard(event), { signal, capture: true });
    }

    disconnect() {
        this.on.abort();
    }

    get isOn() {
        return this.box.value.trim() !== "" || this.chosen.length > 0;
    }

    get chosen() {
        return this.toggles.filter((toggle) => toggle.getAttribute("aria-pressed") === "true");
    }

    focus() {
        this.box.focus();
        this.box.select();
    }

    key(event) {
        if (event.key === "Escape") event.stopPropagation();
        if (event.key === "Escape" && this.isOn) {
            event.preventDefault();
            this.clear();
        } else if (event.key === "Enter" || event.key === "ArrowDown") {
            event.preventDefault();
            const first = this.grid.board.lines()[0];
            if (first) this.grid.board.enter([...first.cells].find((td) => td.querySelector(TYPED)) || first.cells[LEADING]);
        }
    }

    toggle(toggle) {
        toggle.setAttribute("aria-pressed", String(toggle.getAttribute("aria-pressed") !== "true"));
        this.apply();
    }

    clear() {
        this.box.value = "";
        for (const toggle of this.chosen) toggle.setAttribute("aria-pressed", "false");
        this.apply();
    }

    /** What is looked for in a row: its number, label and code, and the labels of the rows above it in rank. */
    textOf(row, above) {
        const label = row.querySelector(".label");
        const name = label.querySelector(TYPED)?.value ?? label.textContent;
        const own = [row.cells[0].textContent, name, row.dataset.code || ""];
        return [...above, plain(own.join(" "))].join(" ");
    }

    apply() {
        const words = plain(this.box.value).split(" ").filter(Boolean);
        const wanted = this.chosen.map((toggle) => ONLY[toggle.dataset.only]);
        /* Texts and headings by rank, down to the row at hand. */
        const above = [];
        const headings = [];
        let [shown, all] = [0, 0];
        for (const row of this.body.rows) {
            /* The buttons below a list. */
            if (!row.dataset.row) {
                row.hidden = this.isOn;
                continue;
            }
            const level = Number(row.dataset.level || 0);
            above.length = headings.length = level;
            const text = this.textOf(row, above);
            above[level] = text;
            if (row.classList.contains("heading")) {
                headings[level] = row;
                row.hidden = true;
                continue;
            }
            row.hidden = !words.every((word) => text.includes(word)) || !wanted.every((fits) => fits(row));
            all += 1;
            if (row.hidden) continue;
            shown += 1;
            for (const heading of headings) if (heading) heading.hidden = false;
        }
        if (!this.isOn) for (const row of this.body.rows) row.hidden = false;
        this.found.textContent = this.isOn ? `${shown}/${all} dòng` : "";
        this.body.closest("table").classList.toggle("filtered", this.isOn);
        this.grid.selection.paint();
    }

    /** Shows a row one wants to go to. */
    reveal(row) {
        if (row?.hidden) this.clear();
    }

    /** A block never goes into rows nobody sees. */
    guard(event) {
        const text = event.clipboardData.getData("text/plain").trim();
        if (!text.includes("\n") || ![...this.body.rows].some((row) => row.hidden)) return;
        event.preventDefault();
        event.stopImmediatePropagation();
        this.grid.note(
            "Chưa dán: đang lọc, khối nhiều dòng có thể phủ lên dòng đang ẩn. Bỏ lọc rồi dán lại.",
            button("Bỏ lọc", () => {
                this.clear();
                event.target.focus();
            }),
        );
    }
}
