<?php
// Router of PHP's built-in server for the end-to-end test: real files as they are, everything else
// to WordPress; each answer leaves a line in access.log beside the site's folder.
register_shutdown_function(function () {
    $line = [$_SERVER['REQUEST_METHOD'], $_SERVER['REQUEST_URI'], http_response_code(), $_SERVER['HTTP_USER_AGENT'] ?? '-'];
    file_put_contents(dirname($_SERVER['DOCUMENT_ROOT']) . '/access.log', implode("\t", $line) . "\n", FILE_APPEND | LOCK_EX);
});
$path = $_SERVER['DOCUMENT_ROOT'] . parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
if (is_file($path)) {
    if (str_ends_with($path, '.txt')) {
        header('Content-Type: text/plain; charset=utf-8');
        readfile($path);
        return true;
    }
    return false;
}
$_SERVER['SCRIPT_NAME'] = $_SERVER['PHP_SELF'] = '/index.php';
require $_SERVER['DOCUMENT_ROOT'] . '/index.php';
