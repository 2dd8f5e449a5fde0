// Parts of the form that belong to one choice are shown with it only. Without script all of them stand there.
const parts = document.querySelectorAll("[data-for]");

function show() {
  for (const part of parts) {
    const chosen = document.querySelector(`input[name="${part.dataset.for}"]:checked`);
    part.hidden = chosen?.value !== part.dataset.value && !part.querySelector("[aria-invalid]");
  }
}

document.addEventListener("change", show);
show();
