/* What could not be saved: each cell stays as it was typed and is listed above the grid, with what may be done about it. */

import { button, element } from "./request.js";

/** Input → its line in the list. */
export class Issues extends Map {
    constructor(grid, list) {
        super();
        this.grid = grid;
        this.list = list;
        this.raised = 0;
    }

    raise(input, state, message, ...choices) {
        const { grid } = this;
        this.settle(input, state);
        const go = element("button", { type: "button", class: "issue__place", onclick: () => input.focus() }, grid.nameOf(input));
        const id = `${grid.element.id}-loi-${++this.raised}`;
        input.setAttribute("aria-describedby", id);
        const issue = element("li", { class: state }, go, element("span", { id }, message), element("span", { class: "issue__choices" }, ...choices));
        this.set(input, issue);
        this.list.append(issue);
        this.list.hidden = false;
        this.list.scrollTop = this.list.scrollHeight;
        /* The list has taken its room from the grid. */
        if (grid.tableTarget.contains(document.activeElement)) document.activeElement.scrollIntoView({ block: "nearest" });
    }

    settle(input, state = "") {
        this.grid.mark(input, state);
        this.get(input)?.remove();
        input.removeAttribute("aria-describedby");
        this.delete(input);
        this.list.hidden = !this.size;
    }

    /** What the server could not read. */
    refused(input, { message, suggestions = [], repair }) {
        const use = (text) => () => {
            input.value = text;
            this.grid.queue(input);
            input.focus();
        };
        const choices = suggestions.map((text) => button(`Dùng ${text}`, use(text)));
        if (repair) {
            const keep = () => {
                this.grid.asIs.add(input);
                this.grid.queue(input);
                input.focus();
            };
            choices.push(button("Đổi sang Unicode", use(repair.repaired)), button("Giữ nguyên", keep));
        }
        this.raise(input, "error", message, ...choices);
    }

    /** Both values stay in sight until the person chooses. */
    conflict(input, typed, theirs) {
        const who = theirs.who || "Người khác";
        const keep = () => {
            this.grid.stored(input, theirs.text, theirs.version);
            this.grid.queue(input);
            input.focus();
        };
        /* Only now is theirs a value one has seen: leaving the cell must not lay one's own over it. */
        const replace = () => {
            input.dataset.v = theirs.version;
            input.value = typed;
            this.grid.queue(input);
            input.focus();
        };
        this.raise(
            input,
            "conflict",
            `${who} đã sửa ô này${theirs.at ? ` lúc ${theirs.at}` : ""}. Của ${who}: ${theirs.text || "(trống)"}. Của ông/bà: ${typed || "(trống)"}.`,
            button(`Giữ ${theirs.text || "ô trống"}`, keep),
            button(`Thay bằng ${typed || "ô trống"}`, replace),
        );
    }
}
