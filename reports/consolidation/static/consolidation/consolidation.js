// The consolidation page: sources of a total open beneath its row; dialogs learn which cell or line they act on.

async function openSources(link) {
    const row = link.closest("tr");
    const place = document.createElement("tr");
    place.className = "sources";
    place.dataset.of = link.href;
    const cell = place.insertCell();
    cell.colSpan = [...row.cells].reduce((columns, one) => columns + one.colSpan, 0);
    cell.textContent = "Đang tải nguồn số liệu…";
    row.after(place);
    link.setAttribute("aria-expanded", "true");
    const answer = await fetch(link.href, { headers: { "X-Requested-With": "XMLHttpRequest" } });
    if (!answer.ok) {
        window.location.assign(link.href);
        return;
    }
    cell.innerHTML = await answer.text();
}

function closeSources(link) {
    const row = link.closest("tr");
    for (let place = row.nextElementSibling; place?.className === "sources"; place = place.nextElementSibling) {
        if (place.dataset.of === link.href) {
            place.remove();
            break;
        }
    }
    link.setAttribute("aria-expanded", "false");
}

function aim(button) {
    const dialog = document.getElementById(button.dataset.a11yDialogShow);
    dialog.querySelector("form[data-acts-on]").action = button.dataset.address;
    dialog.querySelector("[data-subject]").textContent = button.dataset.subject;
}

const narrow = window.matchMedia("(max-width: 50em)");
if (!narrow.matches) {
    document.querySelectorAll("a[data-sources]").forEach((link) => link.setAttribute("aria-expanded", "false"));
}
// While capturing, so that a dialog is aimed before it opens.
document.addEventListener(
    "click",
    (event) => {
        const button = event.target.closest("button[data-address]");
        if (button) {
            aim(button);
            return;
        }
        const link = event.target.closest("a[data-sources]");
        // On a narrow screen the sources have their own page.
        if (!link || narrow.matches || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) {
            return;
        }
        event.preventDefault();
        if (link.getAttribute("aria-expanded") === "true") {
            closeSources(link);
        } else {
            openSources(link);
        }
    },
    true,
);
