/* What was done in this sitting and can be taken back: blocks by their batch, single cells by what stood in them. Never
   what somebody else has changed since. */

import { OFFLINE, Refused, call } from "./request.js";

const AT_MOST = 200;

export class Undo {
    constructor(grid) {
        this.grid = grid;
        this.done = [];
        this.undone = [];
    }

    /** A block was changed as one: pasted, filled, emptied. */
    push(batch, label) {
        if (batch) this.add({ batch, label });
    }

    /** One cell was saved. What undoing and doing again save are not new steps. */
    saved(input, before, after) {
        const step = this.awaited?.get(input);
        this.awaited?.delete(input);
        if (step?.before === before) step.after = after;
        else if (before !== after) this.add({ input, before, after });
    }

    add(step) {
        this.done.push(step);
        if (this.done.length > AT_MOST) this.done.shift();
        this.undone = [];
    }

    /** The batch was taken back by other means, as by the button beside the words. */
    forget(batch) {
        this.done = this.done.filter((step) => step.batch !== batch);
    }

    back() {
        return this.turn(this.done, this.undone, "Hoàn tác");
    }

    again() {
        return this.turn(this.undone, this.done, "Làm lại");
    }

    async turn(from, to, verb) {
        if (this.busy) return;
        const step = from.pop();
        if (!step) {
            this.grid.status.say(`Không còn gì để ${verb.toLowerCase()}.`);
            return;
        }
        this.busy = true;
        try {
            const turned = step.batch ? await this.turnBatch(step, verb) : this.turnCell(step, verb);
            if (turned) to.push(turned);
        } catch (error) {
            from.push(step);
            const why = error instanceof Refused ? error.message : `${OFFLINE}.`;
            this.grid.status.say(`${verb} chưa được: ${why}`);
        }
        this.busy = false;
    }

    async turnBatch({ batch, label }, verb) {
        const answer = await call(this.grid.undoUrlValue, { data: { batch, known: this.grid.listed } });
        this.grid.takenBack(answer);
        this.grid.pasting.withdrawn(batch);
        const rows = answer.removed ? `, ${answer.removed} dòng vừa thêm` : "";
        const kept = answer.kept ? ` ${answer.kept} ô đã được sửa sau đó nên giữ nguyên.` : "";
        this.grid.status.say(`${verb} ${label}: ${answer.saved.length} ô${rows}.${kept}`);
        return answer.batch ? { batch: answer.batch, label } : null;
    }

    /** The old text goes the way of all that is typed: who has changed the cell meanwhile is asked about, as ever. */
    turnCell({ input, before, after }, verb) {
        const name = this.grid.nameOf(input);
        if (input.defaultValue !== after || input.value !== input.defaultValue) {
            this.grid.status.say(`${verb} bỏ qua ô ${name}: ô đã được sửa sau đó.`);
            return null;
        }
        const step = { input, before: after, after: before };
        (this.awaited ||= new Map()).set(input, step);
        input.value = before;
        this.grid.queue(input);
        input.focus();
        input.select();
        this.grid.status.say(`${verb} ô ${name}: ${before || "(trống)"}.`);
        return step;
    }
}
