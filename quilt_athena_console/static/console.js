// The little JavaScript that NiceGUI has no Python for: a grid that asks the server for pages of rows, and the
// completion of names in the editor.

// AG Grid's datasource: https://www.ag-grid.com/javascript-data-grid/infinite-scrolling/
function rowsFrom(url) {
  return {
    async getRows(asked) {
      const view = { start: asked.startRow, end: asked.endRow };
      view.sort = JSON.stringify(asked.sortModel);
      view.filters = JSON.stringify(asked.filterModel);
      try {
        const response = await fetch(`${url}?${new URLSearchParams(view)}`);
        if (!response.ok) throw new Error(await response.text());
        const page = await response.json();
        asked.successCallback(page.rows, page.count);
      } catch (error) {
        console.error(error);
        asked.failCallback();
      }
    },
  };
}

// A source of completions: https://codemirror.net/examples/autocompletion/
// After `name.` or `alias.` the columns of that table, elsewhere tables and the columns of tables in the statement.
function completionsOf(tables) {
  const columns = (name) => (tables[name] || []).map(([label, detail]) => ({ label, detail, type: "property" }));
  const names = Object.keys(tables).map((label) => ({ label, type: "class", boost: 1 }));
  return (context) => {
    const word = context.matchBefore(/(?:\w+\.)?\w*/);
    if (!word || (word.from === word.to && !context.explicit)) return null;
    const text = context.state.doc.toString();
    const used = new Map();
    for (const [, table, alias] of text.matchAll(/\b(?:from|join)\s+(\w+)(?:\s+(?:as\s+)?(\w+))?/gi)) {
      used.set(table, table);
      if (alias) used.set(alias, table);
    }
    const dot = word.text.indexOf(".");
    if (dot >= 0) {
      const prefix = word.text.slice(0, dot);
      const options = columns(used.get(prefix) || prefix);
      return options.length ? { from: word.from + dot + 1, options, validFor: /^\w*$/ } : null;
    }
    const known = new Map();
    for (const table of used.values()) for (const column of columns(table)) known.set(column.label, column);
    return { from: word.from, options: [...names, ...known.values()], validFor: /^\w*$/ };
  };
}

async function complete(id, tables) {
  const CodeMirror = await import("nicegui-codemirror");
  const editor = await getElement(id).editorPromise;
  const source = [{ autocomplete: completionsOf(tables) }];
  editor.dispatch({
    effects: CodeMirror.StateEffect.appendConfig.of(CodeMirror.EditorState.languageData.of(() => source)),
  });
}

function insert(id, text) {
  getElement(id).editorPromise.then((editor) => {
    editor.dispatch(editor.state.replaceSelection(text));
    editor.focus();
  });
}

window.quiltAthena = { rowsFrom, complete, insert };
