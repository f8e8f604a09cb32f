/* The table as a board of cells: which lie beside which, what they say. Rows that are hidden or hold no cells are no part
   of it. */

export const TYPED = "input, textarea";

/* In front of the figures: STT, label, measure. */
export const LEADING = 3;

/** Says more of a cell, by who says it; "" takes it back. What the server said of it stays first. */
export function describe(field, by, words) {
    const said = (field.saidOf ||= new Map([["server", field.getAttribute("aria-description") || ""]]));
    said.set(by, words);
    const all = [...said.values()].filter(Boolean).join(" ");
    if (all) field.setAttribute("aria-description", all);
    else field.removeAttribute("aria-description");
}

export class Board {
    constructor(table) {
        this.body = table.tBodies[0];
    }

    /** Rows in sight, from top to bottom. */
    lines() {
        return [...this.body.rows].filter((row) => !row.hidden && row.cells.length > LEADING && !isHeading(row));
    }

    /** The figures, and in a list the name of the row, which is typed too. */
    cellsOf(row) {
        return [...row.cells].filter(isCell);
    }

    /** The cell in which this element stands; null beside the figures. */
    cellOf(node) {
        const td = node.closest?.("td");
        return td && this.body.contains(td) && isCell(td) ? td : null;
    }

    enter(td, options) {
        (inputOf(td) || td).focus(options);
    }

    /** The line of cells through this one, across the row or down the column. */
    along(td, across) {
        if (across) return this.cellsOf(td.parentElement);
        return this.lines()
            .map((row) => row.cells[td.cellIndex])
            .filter((cell) => cell && isCell(cell));
    }

    /** The cell so many steps away, the last one where there are not so many. */
    step(td, down, across) {
        const line = this.along(td, across !== 0);
        return line[within(line, line.indexOf(td) + down + across)];
    }

    /** As Ctrl+arrow: to the end of the filled cells, or over blank ones to the next that is filled. */
    edge(td, down, across) {
        const line = this.along(td, across !== 0);
        const by = down + across;
        const filled = (index) => textOf(line[index]) !== "";
        const last = by > 0 ? line.length - 1 : 0;
        let at = line.indexOf(td);
        if (at === last) return td;
        if (filled(at) && filled(at + by)) {
            while (at !== last && filled(at + by)) at += by;
        } else {
            do at += by;
            while (at !== last && !filled(at));
        }
        return line[at];
    }

    /** The cell of the column one screen further. */
    page(td, down, height) {
        const line = this.along(td, false);
        const from = line.indexOf(td);
        const { offsetTop: here } = td.parentElement;
        const far = line.findIndex(({ parentElement: { offsetTop: there } }, index) =>
            down > 0 ? index > from && there - here > height : here - there <= height,
        );
        if (down > 0) return line[far < 0 ? line.length - 1 : Math.max(far - 1, from + 1)];
        return line[Math.max(0, Math.min(far, from - 1))];
    }

    home(td) {
        return this.cellsOf(td.parentElement)[0];
    }

    end(td) {
        return this.cellsOf(td.parentElement).at(-1);
    }

    corner(last) {
        const row = this.lines().at(last ? -1 : 0);
        return row && this.cellsOf(row).at(last ? -1 : 0);
    }

    /** Rows of cells between two corners. */
    between(one, other) {
        const [top, bottom] = sorted(one.parentElement.sectionRowIndex, other.parentElement.sectionRowIndex);
        const [left, right] = sorted(one.cellIndex, other.cellIndex);
        return this.lines()
            .filter((row) => row.sectionRowIndex >= top && row.sectionRowIndex <= bottom)
            .map((row) => [...row.cells].slice(left, right + 1).filter(isCell));
    }
}

export function inputOf(td) {
    return td.querySelector(TYPED);
}

/** What a cell says, without the marks beside it. */
export function textOf(td) {
    const input = inputOf(td);
    if (input) return input.value.trim();
    return [...td.childNodes]
        .filter((node) => node.nodeType === Node.TEXT_NODE)
        .map((node) => node.data)
        .join("")
        .trim();
}

export function measureOf(td) {
    return td.parentElement.querySelector(".measure").textContent.trim();
}

function isHeading(row) {
    return row.cells[LEADING]?.classList.contains("none");
}

function isCell(cell) {
    if (cell.cellIndex < LEADING) return cell.matches(".label:has(textarea)");
    return !cell.classList.contains("none");
}

function within(line, index) {
    return Math.max(0, Math.min(index, line.length - 1));
}

function sorted(one, other) {
    return one < other ? [one, other] : [other, one];
}
