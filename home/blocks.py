"""Blocks that administrators compose pages from."""

from wagtail import blocks
from wagtail.images.blocks import ImageChooserBlock

TEXT_FEATURES = ["h3", "h4", "bold", "italic", "ol", "ul", "link", "document-link"]


class NoticeBlock(blocks.StructBlock):
    """A framed remark."""

    title = blocks.CharBlock(label="Tiêu đề", required=False)
    text = blocks.RichTextBlock(label="Nội dung", features=["bold", "italic", "link"])

    class Meta:
        icon = "info-circle"
        label = "Lưu ý"
        template = "components/notice_block.html"


class FigureBlock(blocks.StructBlock):
    """A picture with its description, for people who look and people who listen."""

    image = ImageChooserBlock(label="Hình")
    caption = blocks.CharBlock(label="Chú thích", required=False)

    class Meta:
        icon = "image"
        label = "Hình ảnh"
        template = "components/figure_block.html"


class BodyBlock(blocks.StreamBlock):
    heading = blocks.CharBlock(label="Đề mục", icon="title", template="components/heading_block.html")
    text = blocks.RichTextBlock(label="Đoạn văn", features=TEXT_FEATURES)
    notice = NoticeBlock()
    figure = FigureBlock()

    class Meta:
        label = "Nội dung"
