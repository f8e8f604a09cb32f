/* Names that go on from what is being typed, in a <datalist>: <input data-suggest="address of the JSON">. */

(function () {
    "use strict";

    const WAIT = 200;

    document.querySelectorAll("input[data-suggest]").forEach((input, place) => {
        const list = document.createElement("datalist");
        list.id = "goi-y-" + place;
        input.after(list);
        input.setAttribute("list", list.id);
        let timer;
        let asked = "";

        input.addEventListener("input", () => {
            clearTimeout(timer);
            timer = setTimeout(async () => {
                const typed = input.value.trim();
                if (typed === asked || typed.length < 2) {
                    return;
                }
                asked = typed;
                const address = new URL(input.dataset.suggest, location.href);
                address.searchParams.set("q", typed);
                try {
                    const answer = await fetch(address);
                    const names = answer.ok ? (await answer.json()).goi_y : [];
                    if (typed !== asked) {
                        return;
                    }
                    list.replaceChildren(...names.map((name) => {
                        const option = document.createElement("option");
                        option.value = name;
                        return option;
                    }));
                } catch {
                    list.replaceChildren();
                }
            }, WAIT);
        });
    });
})();
