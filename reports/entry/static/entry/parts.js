/* The headings of a long form as links above it; the one in sight is marked. */

import { TYPED } from "./board.js";

export class Parts {
    constructor(grid, nav) {
        this.grid = grid;
        this.links = [...nav.querySelectorAll("a")];
        this.on = new AbortController();
        const { signal } = this.on;
        nav.addEventListener("click", (event) => this.go(event), { signal });
        grid.boxTarget.addEventListener("scroll", () => this.mark(), { signal, passive: true });
        /* Also when its tab is opened: before, no row has a place. */
        this.size = new ResizeObserver(() => this.mark());
        this.size.observe(grid.boxTarget);
    }

    disconnect() {
        this.on.abort();
        this.size.disconnect();
    }

    rowOf(link) {
        return document.getElementById(link.hash.slice(1)).parentElement;
    }

    go(event) {
        const link = event.target.closest("a");
        if (!link) return;
        event.preventDefault();
        const { boxTarget: box, tableTarget: table } = this.grid;
        const row = this.rowOf(link);
        this.grid.filter.reveal(row);
        box.scrollTop = row.offsetTop - table.tHead.offsetHeight;
        /* Who came by keyboard goes on typing there. */
        if (event.detail === 0) this.firstUnder(row)?.focus({ preventScroll: true });
    }

    firstUnder(row) {
        for (let next = row.nextElementSibling; next; next = next.nextElementSibling) {
            const input = next.querySelector(TYPED);
            if (input) return input;
        }
        return null;
    }

    mark() {
        window.cancelAnimationFrame(this.marking);
        this.marking = window.requestAnimationFrame(() => {
            const { boxTarget: box, tableTarget: table } = this.grid;
            const seen = box.scrollTop + table.tHead.offsetHeight + 2;
            const isAtEnd = box.scrollTop > 0 && box.scrollTop + box.clientHeight >= box.scrollHeight - 2;
            const reached = this.links.findLast((link) => this.rowOf(link).offsetTop <= seen);
            const current = isAtEnd ? this.links.at(-1) : reached || this.links[0];
            for (const link of this.links) {
                if (link === current) link.setAttribute("aria-current", "true");
                else link.removeAttribute("aria-current");
            }
        });
    }
}
