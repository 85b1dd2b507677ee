<?php
// Installs WordPress into the folder given and publishes the posts of a JSON file. Called by the
// end-to-end test: php wordpress.php WP_FOLDER SITE_URL POSTS.json
// Each post: {"title", "text", "published_at" (UTC, Y-m-d H:i:s), "outlet"}.
[, $folder, $site, $posts] = $argv;
$host = parse_url($site, PHP_URL_HOST) . ':' . parse_url($site, PHP_URL_PORT);
$_SERVER += ['HTTP_HOST' => $host, 'REQUEST_URI' => '/', 'REQUEST_METHOD' => 'GET', 'SERVER_PROTOCOL' => 'HTTP/1.1'];
define('WP_INSTALLING', true);
require "$folder/wp-load.php";
require_once ABSPATH . 'wp-admin/includes/upgrade.php';
require_once ABSPATH . 'wp-admin/includes/taxonomy.php';
if (!is_blog_installed()) {
    wp_install('Báo thử nghiệm', 'bientap', 'bientap@example.invalid', true, '', 'mot-mat-khau-thu');
    wp_delete_post(1, true);
    update_option('posts_per_rss', 500);
    update_option('rss_use_excerpt', 0);
    update_option('timezone_string', 'Asia/Ho_Chi_Minh');
    update_option('permalink_structure', '/%postname%-%post_id%.html');
    global $wp_rewrite;
    $wp_rewrite->init();
    $wp_rewrite->flush_rules(true);
}
foreach (json_decode(file_get_contents($posts), true) as $post) {
    $category = wp_create_category($post['outlet']);
    $paragraphs = array_map(fn($p) => "<p>" . htmlspecialchars($p) . "</p>", explode("\n", $post['text']));
    $id = wp_insert_post([
        'post_title' => $post['title'],
        'post_content' => implode("\n", $paragraphs),
        'post_date' => get_date_from_gmt($post['published_at']),
        'post_date_gmt' => $post['published_at'],
        'post_status' => 'publish',
        'post_author' => 1,
        'post_category' => [$category],
    ], true);
    if (is_wp_error($id)) {
        fwrite(STDERR, $id->get_error_message() . "\n");
        exit(1);
    }
}
