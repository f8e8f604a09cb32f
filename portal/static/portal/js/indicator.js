/* What the page of an indicator does better with a script; without one its forms and links do the same. */

(function () {
    "use strict";

    const SECTION = "#so-lieu";
    const scripts = (document.currentScript.dataset.scripts || "").split(" ").filter(Boolean);
    let loading = null;
    let drawn = null;

    function isDark() {
        return getComputedStyle(document.documentElement).colorScheme.includes("dark");
    }

    /* The scripts of charts weigh more than the page: they come when somebody turns to a chart. */
    function load() {
        loading = loading || scripts.reduce(
            (before, address) => before.then(() => new Promise((resolve, reject) => {
                const script = document.createElement("script");
                script.src = address;
                script.onload = resolve;
                script.onerror = reject;
                document.head.append(script);
            })),
            Promise.resolve()
        );
        return loading;
    }

    async function draw(figure) {
        const address = new URL(figure.dataset.chart, location.href);
        if (isDark()) {
            address.searchParams.set("nen", "toi");
        }
        const [answer] = await Promise.all([fetch(address), load()]);
        if (!answer.ok || !figure.isConnected) {
            return;
        }
        const picture = figure.querySelector("picture");
        const image = picture.querySelector("img");
        const canvas = document.createElement("div");
        const size = image.getBoundingClientRect();
        canvas.className = "chart__live";
        const option = window.portalCharts.complete(await answer.json());
        const chart = window.echarts.init(canvas, null, {
            renderer: "svg",
            locale: "VI",
            width: Math.round(size.width),
            height: Math.round(size.height),
        });
        chart.setOption(option);
        canvas.setAttribute("role", "img");
        canvas.setAttribute("aria-label", image.alt);
        picture.replaceWith(canvas);
        drawn = { chart: chart, canvas: canvas };
        new ResizeObserver(() => chart.resize({ width: canvas.clientWidth })).observe(canvas);
    }

    function setUpChart(section) {
        const figure = section.querySelector("[data-chart]");
        if (!figure) {
            return;
        }
        const begin = () => draw(figure).catch(() => undefined);
        for (const name of ["pointerenter", "touchstart"]) {
            figure.addEventListener(name, begin, { once: true, passive: true });
        }
    }

    /* Another choice: the section alone is fetched, and the address says it. */
    async function show(address, focus, push) {
        let answer;
        try {
            answer = await fetch(address, { headers: { Accept: "text/html" } });
        } catch {
            location.assign(address);
            return;
        }
        const fetched = new DOMParser().parseFromString(await answer.text(), "text/html");
        const fresh = fetched.querySelector(SECTION);
        if (!fresh) {
            location.assign(address);
            return;
        }
        const now = document.querySelector(SECTION);
        if (drawn) {
            drawn.chart.dispose();
            drawn = null;
        }
        now.replaceWith(document.adoptNode(fresh));
        for (const id of ["theo-don-vi", "tai-ve", "cac-ban"]) {
            const old = document.getElementById(id);
            const other = fetched.getElementById(id);
            if (old && other) {
                old.closest("section").replaceWith(document.adoptNode(other.closest("section")));
            }
        }
        if (push) {
            history.pushState(null, "", address);
        }
        setUp();
        const target = focus && document.getElementById(focus);
        if (target) {
            target.focus();
        }
    }

    function addressOf(form) {
        const chosen = new URLSearchParams(new FormData(form));
        for (const name of [...chosen.keys()]) {
            if (chosen.getAll(name).every((text) => text === "")) {
                chosen.delete(name);
            }
        }
        return location.pathname + "?" + chosen.toString();
    }

    function setUpForm(section) {
        const form = section.querySelector("[data-choices]");
        form.addEventListener("submit", (event) => {
            event.preventDefault();
            show(addressOf(form), event.submitter && event.submitter.id, true);
        });
        for (const field of form.elements) {
            field.addEventListener("change", () => {
                if (field.name === "nhip" || field.name === "phan-to" || field.name === "doi-tuong") {
                    /* Other periods may stand behind another rhythm. */
                    for (const end of ["tu", "den"]) {
                        form.elements[end].disabled = true;
                    }
                }
                if (field.name === "so-sanh") {
                    const checked = form.querySelectorAll("[name=so-sanh]:checked");
                    if (checked.length > 4) {
                        field.checked = false;
                        return;
                    }
                }
                show(addressOf(form), field.id, true);
            });
        }
    }

    /* Links stay links; arrow keys go from one to the next and open it. */
    function setUpTabs(section) {
        const tabs = [...section.querySelectorAll("[data-tabs] a")];
        tabs.forEach((tab, place) => {
            tab.id = "xem-" + place;
            tab.addEventListener("click", (event) => {
                if (!event.ctrlKey && !event.metaKey && !event.shiftKey) {
                    event.preventDefault();
                    show(tab.href, tab.id, true);
                }
            });
            tab.addEventListener("keydown", (event) => {
                const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
                if (step) {
                    event.preventDefault();
                    const next = tabs[(place + step + tabs.length) % tabs.length];
                    show(next.href, "xem-" + tabs.indexOf(next), true);
                }
            });
        });
    }

    /* A slider above each select, with the same steps. */
    function setUpSpan(section) {
        const box = section.querySelector("[data-span]");
        const [first, last] = [box.querySelector("[name=tu]"), box.querySelector("[name=den]")];
        if (first.options.length < 3) {
            return;
        }
        for (const select of [first, last]) {
            const slider = document.createElement("input");
            slider.type = "range";
            slider.id = "keo-" + select.id;
            slider.className = "form-range";
            slider.min = 0;
            slider.max = select.options.length - 1;
            slider.value = select.selectedIndex;
            slider.setAttribute("aria-label", select === first ? "Kéo để chọn kỳ đầu" : "Kéo để chọn kỳ cuối");
            const say = () => slider.setAttribute("aria-valuetext", select.options[slider.value].text);
            say();
            slider.addEventListener("input", () => {
                const bound = select === first
                    ? Math.min(slider.value, last.selectedIndex)
                    : Math.max(slider.value, first.selectedIndex);
                slider.value = bound;
                select.selectedIndex = bound;
                say();
            });
            slider.addEventListener("change", () => show(addressOf(select.form), slider.id, true));
            select.after(slider);
        }
        const button = box.querySelector("button");
        button.hidden = true;
    }

    function setUpCitation() {
        const box = document.querySelector("[data-cite]");
        if (!box || !navigator.clipboard || box.querySelector("button")) {
            return;
        }
        const button = document.createElement("button");
        const said = document.createElement("span");
        button.type = "button";
        button.className = "btn btn-secondary btn-sm";
        button.textContent = "Chép trích dẫn";
        said.setAttribute("role", "status");
        said.className = "muted ms-2";
        button.addEventListener("click", () => {
            navigator.clipboard.writeText(box.querySelector("#trich-dan").textContent.trim()).then(
                () => { said.textContent = "Đã chép."; },
                () => { said.textContent = "Trình duyệt không cho chép; hãy bôi đen và chép bằng tay."; }
            );
        });
        box.append(button, said);
    }

    function setUp() {
        const section = document.querySelector(SECTION);
        if (section) {
            setUpChart(section);
            setUpForm(section);
            setUpTabs(section);
            setUpSpan(section);
        }
        setUpCitation();
    }

    window.addEventListener("popstate", () => show(location.href, null, false));
    setUp();
})();
