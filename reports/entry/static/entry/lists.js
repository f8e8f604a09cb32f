/* Rows of lists: added, taken out, brought back and moved; the server draws them, the page is not loaded again. */

import { TYPED, describe } from "./board.js";
import { OFFLINE, Refused, button, call, element } from "./request.js";

const { Controller } = window.StimulusModule;

const fold = (text) =>
    text.normalize("NFD").replace(/\p{Mn}/gu, "").toLowerCase().replaceAll("đ", "d").split(/\s+/).filter(Boolean).join(" ");

class Lists extends Controller {
    static values = { url: String };

    connect() {
        this.body = this.element.querySelector("table.grid").tBodies[0];
        this.sections = [...this.body.querySelectorAll(".list-foot")].map((foot) => foot.dataset.section);
        this.live = element("p", { class: "w-sr-only", role: "status" });
        this.element.append(this.live);
        for (const section of this.sections) this.compareNames(section);
    }

    disconnect() {
        this.live.remove();
        this.menu?.remove();
    }

    get grid() {
        return this.application.getControllerForElementAndIdentifier(this.element, "entry-grid");
    }

    rowsOf(section) {
        return [...this.body.querySelectorAll(`tr.listed[data-section="${CSS.escape(section)}"]`)];
    }

    nameOf(row) {
        const name = row.cells[1].querySelector("textarea")?.value.trim();
        const number = row.cells[0].querySelector("span").textContent;
        return name ? `dòng ${number} “${name.length > 60 ? `${name.slice(0, 60)}…` : name}”` : `dòng ${number}`;
    }

    headOf(section) {
        return this.body.querySelector(`tr[data-row="${CSS.escape(section)}"]`);
    }

    // ---------------------------------------------------------------- asking the server

    /** What the server answers, shown; undefined where it refused or could not be reached, which is told. */
    async ask(path, section, data) {
        const known = this.rowsOf(section).map((row) => row.dataset.row);
        try {
            const answer = await call(this.urlValue + path, { data: { sheet: this.grid.sheetValue, known, ...data } });
            this.show(answer, (row) => path === "xoa/" && row === data.row);
            return answer;
        } catch (error) {
            if (!(error instanceof Refused)) this.grid.note(`Chưa làm được: ${OFFLINE.toLowerCase()}. Làm lại sau.`);
            else if (error.answer.conflict) this.hold(error.answer, data);
            else this.grid.note(error.message);
            return undefined;
        }
    }

    /** The list as the server has it: rows others have added appear, those they have taken out go. */
    show(answer, leaving) {
        this.arrange(answer.list, leaving);
        this.grid.recomputed(answer);
    }

    /** A row that is no longer in the list, but holds what could not be saved, stays; unless it is ``leaving``. */
    arrange({ section, order, rows }, leaving = () => false) {
        const { grid } = this;
        const wanted = new Set(order);
        const kept = new Set();
        for (const row of this.rowsOf(section)) {
            if (wanted.has(row.dataset.row)) continue;
            const inputs = [...row.querySelectorAll(TYPED)];
            const unsaved = inputs.some((input) => grid.waiting.has(input) || grid.issues.has(input));
            if (unsaved && !leaving(row.dataset.row)) {
                kept.add(row);
                continue;
            }
            for (const input of inputs) grid.forget(input);
            grid.rows.delete(row.dataset.row);
            row.remove();
        }
        let next = this.headOf(section).nextElementSibling;
        order.forEach((key, place) => {
            while (kept.has(next)) next = next.nextElementSibling;
            const row = grid.rows.get(key) || this.drawn(rows[key]);
            grid.rows.set(key, row);
            if (row === next) next = next.nextElementSibling;
            else this.body.insertBefore(row, next);
            this.number(row, place + 1);
        });
        grid.required = this.body.querySelectorAll("td.needed").length;
        this.compareNames(section);
    }

    /** An answer to pasting, or to taking a pasted block back: that leaves nothing. */
    rows({ detail: { list, removed } }) {
        this.arrange(list, () => Boolean(removed));
    }

    drawn(html) {
        const template = document.createElement("template");
        template.innerHTML = html;
        return template.content.firstElementChild;
    }

    number(row, place) {
        row.cells[0].querySelector("span").textContent = place;
        row.querySelector(".row-menu")?.setAttribute("aria-label", `Dòng ${place}: thêm, chuyển, xóa`);
        row.cells[1].querySelector("textarea")?.setAttribute("aria-label", `Nội dung dòng ${place}`);
    }

    /** Two rows of one name are pointed out, not refused. */
    compareNames(section) {
        const first = new Map();
        for (const row of this.rowsOf(section)) {
            const name = row.cells[1].querySelector("textarea");
            if (!name) return;
            const key = fold(name.value);
            const twin = key && first.get(key);
            if (key && !twin) first.set(key, row);
            row.querySelector(".twin")?.remove();
            describe(name, "twin", "");
            if (!twin) continue;
            const said = `Trùng tên với dòng ${twin.cells[0].querySelector("span").textContent}`;
            describe(name, "twin", said);
            row.cells[1].append(element("small", { class: "twin", "aria-hidden": "true" }, said));
        }
    }

    enter(row, column = 1) {
        const input = row.cells[column]?.querySelector(TYPED) || row.querySelector(TYPED);
        input?.focus();
        row.scrollIntoView({ block: "nearest" });
    }

    // ---------------------------------------------------------------- verbs

    async add(section, { after = "", column = 1 } = {}) {
        const answer = await this.ask("", section, { section, after });
        if (!answer) return;
        const row = this.grid.rows.get(answer.row);
        this.enter(row, column);
        const head = this.headOf(section).querySelector(".label").textContent;
        this.live.textContent = `Đã thêm ${this.nameOf(row)} vào ${head}`;
    }

    async remove(row, seen) {
        const { section } = row.dataset;
        const said = this.nameOf(row);
        const near = row.nextElementSibling?.matches(".listed") ? row.nextElementSibling : row.previousElementSibling;
        const answer = await this.ask("xoa/", section, { row: row.dataset.row, seen: seen || this.seen(row) });
        if (!answer) return;
        this.grid.note(`Đã xóa ${said}.`, button("Khôi phục", () => this.restore(row.dataset.row)));
        if (near?.matches(".listed")) this.enter(near);
        else this.footOf(section).querySelector("button").focus();
    }

    /** A colleague has typed into the row meanwhile: it stays until one has seen that. */
    hold({ message, conflict }, data) {
        const row = this.grid.rows.get(data.row);
        const seen = [...this.seen(row), ...conflict.map(({ column, version }) => [column, version])];
        for (const cell of conflict) {
            const input = this.grid.inputAt(cell.row, cell.column);
            if (input) this.grid.stored(input, cell.text, cell.version);
        }
        this.grid.note(message, button("Vẫn xóa", () => this.remove(row, seen)));
    }

    seen(row) {
        return [...row.querySelectorAll("[data-v]")].map((input) => [this.grid.keyOf(input)[1], Number(input.dataset.v)]);
    }

    async restore(key) {
        const answer = await this.ask("khoi-phuc/", key.split("/")[0], { row: key });
        if (!answer) return undefined;
        const row = this.grid.rows.get(key);
        this.enter(row);
        this.grid.note(`Đã khôi phục ${this.nameOf(row)}.`);
        return row;
    }

    /** What was typed into a row that somebody has taken out: the row comes back, and then the text is saved. */
    async comeBack({ detail: { row, input } }) {
        if (await this.restore(row)) this.grid.queue(this.grid.rows.get(row).contains(input) ? input : this.put(row, input));
    }

    put(row, input) {
        const place = this.grid.inputAt(row, this.grid.keyOf(input)[1]);
        place.value = input.value;
        this.grid.issues.settle(input);
        return place;
    }

    async shift(row, up) {
        const active = document.activeElement;
        const column = row.contains(active) ? active.closest("td").cellIndex : 1;
        const answer = await this.ask("chuyen/", row.dataset.section, { row: row.dataset.row, up });
        if (!answer) return;
        this.enter(row, column);
        this.live.textContent = `Đã chuyển thành ${this.nameOf(row)}`;
    }

    async take(section) {
        const answer = await this.ask("ky-truoc/", section, { section });
        if (!answer) return;
        this.grid.note(
            `Đã lấy ${answer.count} dòng từ báo cáo kỳ trước: tên dòng, chữ, ngày và lựa chọn; số liệu để trống.`,
            button("Hoàn tác", () => this.grid.pasting.undo(answer.batch)),
        );
        this.enter(this.grid.rows.get(answer.row));
    }

    // ---------------------------------------------------------------- hands

    footOf(section) {
        return this.body.querySelector(`tr.list-foot[data-section="${CSS.escape(section)}"]`);
    }

    press({ target }) {
        const verb = target.closest("[data-list]");
        if (verb) this[verb.dataset.list](verb.closest("tr").dataset.section);
        const opener = target.closest(".row-menu");
        if (opener) this.open(opener);
    }

    /** Before the grid's own keys: Enter in the last row makes the next one, unless the last is still empty. */
    key(event) {
        const row = event.target.closest("tr.listed");
        if (!row || !event.target.matches(TYPED) || event.isComposing) return;
        const { section } = row.dataset;
        const column = event.target.closest("td").cellIndex;
        const isLast = !row.nextElementSibling?.matches("tr.listed");
        const isFilled = [...row.querySelectorAll(TYPED)].some((input) => input.value.trim());
        let act;
        const asksMenu = event.key === "ContextMenu" || (event.key === "F10" && event.shiftKey);
        const bare = !event.shiftKey && !event.altKey && !event.ctrlKey && !event.metaKey;
        if (event.key === "Enter" && event.altKey && event.shiftKey) act = () => this.add(section, { after: row.dataset.row });
        else if (event.key === "Enter" && bare && isLast && isFilled) {
            act = () => this.add(section, { column });
        } else if (event.altKey && event.shiftKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
            act = () => this.shift(row, event.key === "ArrowUp");
        } else if (asksMenu) act = () => this.open(row.querySelector(".row-menu"), event.target);
        if (!act) return;
        event.preventDefault();
        event.stopPropagation();
        if (event.target.value !== event.target.defaultValue) this.grid.queue(event.target);
        act();
    }

    /** On the button below a list: a block from a spreadsheet becomes its next rows. */
    async paste(event) {
        const foot = event.target.closest?.("tr.list-foot");
        if (!foot) return;
        event.preventDefault();
        const { section } = foot.dataset;
        const text = event.clipboardData.getData("text/plain");
        if (!text.trim()) return;
        await this.grid.pasting.open({ row: section, column: "@", text, choices: { cells: [] } });
        if (!this.grid.pasting.isOpen) this.enter(this.rowsOf(section).at(-1));
    }

    renamed({ target }) {
        const row = target.closest("tr.listed");
        if (row && target.closest("td").cellIndex === 1) this.compareNames(row.dataset.section);
    }

    // ---------------------------------------------------------------- the menu of a row

    /** Where the focus goes back to: the button, or the cell in which the menu was asked for. */
    open(opener, from = opener) {
        this.menu?.remove();
        const row = opener.closest("tr");
        const isFirst = !row.previousElementSibling?.matches(".listed");
        const isLast = !row.nextElementSibling?.matches(".listed");
        const filled = [...row.querySelectorAll(TYPED)].filter((input) => input.value.trim()).length;
        const item = (label, act, more = {}) =>
            element("button", { type: "button", role: "menuitem", ...more, onclick: act }, label);
        const then = (act) => () => {
            this.menu.hidePopover();
            act();
        };
        const takeOut = item("Xóa dòng", () => {
            if (!filled) then(() => this.remove(row))();
            else takeOut.replaceWith(this.sure(row, filled, item, then));
            this.menu.querySelector(".row-popup__sure")?.focus();
        });
        this.menu = element(
            "div",
            { class: "row-popup", role: "menu", popover: "auto", "aria-label": `Việc với ${this.nameOf(row)}` },
            item("Thêm dòng bên dưới", then(() => this.add(row.dataset.section, { after: row.dataset.row }))),
            item("Chuyển lên", then(() => this.shift(row, true)), { disabled: isFirst }),
            item("Chuyển xuống", then(() => this.shift(row, false)), { disabled: isLast }),
            takeOut,
        );
        this.menu.addEventListener("keydown", (event) => this.walk(event));
        this.menu.addEventListener("toggle", ({ newState }) => {
            opener.setAttribute("aria-expanded", newState === "open");
            if (newState === "closed" && this.menu?.contains(document.activeElement)) from.focus();
        });
        this.element.append(this.menu);
        this.menu.showPopover();
        const { left, bottom, top } = opener.getBoundingClientRect();
        const { offsetHeight: height, offsetWidth: width } = this.menu;
        this.menu.style.left = `${Math.max(8, Math.min(left, window.innerWidth - width - 8))}px`;
        this.menu.style.top = `${bottom + height > window.innerHeight ? Math.max(8, top - height) : bottom}px`;
        this.menu.querySelector("button:not([disabled])").focus();
    }

    sure(row, filled, item, then) {
        return item(`Dòng có ${filled} ô đã nhập. Xóa?`, then(() => this.remove(row)), { class: "row-popup__sure" });
    }

    walk(event) {
        const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
        if (!step) return;
        event.preventDefault();
        const items = [...this.menu.querySelectorAll("button:not([disabled])")];
        items[(items.indexOf(document.activeElement) + step + items.length) % items.length].focus();
    }
}

window.wagtail.app.register("entry-lists", Lists);
