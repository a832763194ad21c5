// Sends the form of a page of progress again; without scripts its button does.
document.getElementById("continue").requestSubmit();
